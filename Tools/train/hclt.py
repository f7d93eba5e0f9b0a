#!/usr/bin/env python3
"""Learn a hidden Chow-Liu tree from an idx image set and export it in integers.

    hclt.py TRAIN.gz Models/circuits/NAME.vcm --states 64 --minutes 30 [--test TEST.gz] [--held-out 5000]
            [--checkpoint tree.pt] [--device cuda]

Every pixel has a hidden state; the states form the Chow-Liu tree of the pixels (Chow & Liu 1968; Liu & Van den Broeck,
"Tractable regularization of probabilistic circuits", NeurIPS 2021). States begin as clusters of the pixel's
neighbourhood (after Liu et al., "Scaling up probabilistic circuits by latent variable distillation", ICLR 2023) and learn
by expectation maximisation over mini-batches. --held-out keeps the last images of the set out of training and prints
their code length instead, to choose settings by. The file's layout: SPEC.md §15.
"""
import argparse, gzip, math, struct, time, zlib

import numpy as np
import torch
from scipy.sparse.csgraph import minimum_spanning_tree


def read_idx(path):
    """uint8 [images, pixels] and the images' shape."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\0\0\x08":
        raise SystemExit(f"{path}: not an idx file of bytes")
    shape = struct.unpack(f">{data[3]}I", data[4 : 4 + 4 * data[3]])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape[0], -1), shape[1:]


def mutual_information(images, bins, device):
    """[V, V] in nats, of values sorted into `bins` classes of about equal frequency."""
    n, v = images.shape
    edges = np.unique(np.quantile(images[images > 0], np.linspace(0, 1, bins)[:-1]))
    classes = torch.from_numpy(np.digitize(images, edges)).to(device)
    count = int(classes.max()) + 1
    joint = torch.zeros(v * count, v * count, device=device)
    for part in classes.split(4096):
        one_hot = torch.nn.functional.one_hot(part, count).float().flatten(1)
        joint += one_hot.t() @ one_hot
    joint = (joint / n).view(v, count, v, count)
    single = torch.einsum("aiai->ai", joint)
    independent = single[:, :, None, None] * single[None, None]
    return torch.where(joint > 0, joint * (joint / independent.clamp_min(1e-12)).log(), 0).sum((1, 3)).cpu().numpy()


def chow_liu(images, bins, device):
    """[V] parents (-1 for the root) of the spanning tree with most mutual information, rooted at its centre."""
    information = mutual_information(images, bins, device)
    tree = minimum_spanning_tree(information.max() + 1 - information).tocoo()
    neighbours = [[] for _ in information]
    for a, b in zip(tree.row, tree.col):
        neighbours[a].append(int(b)), neighbours[b].append(int(a))

    def walk(root):
        parents, order = {root: -1}, [root]
        for x in order:
            for y in neighbours[x]:
                if y not in parents:
                    parents[y] = x
                    order.append(y)
        return parents, order

    parents, order = walk(walk(0)[1][-1])
    path = [order[-1]]
    while parents[path[-1]] >= 0:
        path.append(parents[path[-1]])
    parents, _ = walk(path[len(path) // 2])
    return np.array([parents[x] for x in range(len(neighbours))])


class Schedule:
    """Which variables exchange messages at a time: by depth, and so that no two of a batch share a parent."""

    def __init__(self, parents, device):
        v = len(parents)
        depth, rank, seen = np.zeros(v, int), np.zeros(v, int), np.zeros(v, int)
        self.root = int(np.flatnonzero(parents < 0)[0])
        for x in range(v):
            y = x
            while parents[y] >= 0:
                depth[x], y = depth[x] + 1, parents[y]
            if parents[x] >= 0:
                rank[x] = seen[parents[x]]
                seen[parents[x]] += 1
        keys = sorted({(int(d), int(r)) for d, r in zip(depth, rank) if d > 0})
        at = lambda indices: torch.from_numpy(indices).to(device)
        self.down = []  # [(children, parents)], from the root on
        for d, r in keys:
            children = np.flatnonzero((depth == d) & (rank == r))
            self.down.append((at(children), at(parents[children])))


class Tree:
    """Parameters as probabilities: initial [S], transitions [V, parent's state, state], emissions [V, value, state]."""

    def __init__(self, parents, states, alphabet, device):
        self.parents, self.schedule = parents, Schedule(parents, device)
        v = len(parents)
        self.initial = torch.full((states,), 1 / states, device=device)
        self.transitions = torch.full((v, states, states), 1 / states, device=device)
        self.emissions = torch.full((v, alphabet, states), 1 / alphabet, device=device)

    def upward(self, x):
        """x [B, V] -> what each subtree says of its root's state [V, B, S] and of its parent's, and log likelihood [B]."""
        v, b = x.shape[1], x.shape[0]
        rows = x.t() + torch.arange(v, device=x.device)[:, None] * self.emissions.shape[1]
        below = self.emissions.view(-1, self.emissions.shape[2])[rows]
        message, log = torch.empty_like(below), torch.zeros(b, device=x.device)
        for children, above in reversed(self.schedule.down):
            said = below[children]
            scale = said.amax(2, keepdim=True).clamp_min(1e-30)
            said = said / scale
            below[children] = said
            passed = torch.bmm(said, self.transitions[children].transpose(1, 2)).clamp_min(1e-30)
            message[children] = passed
            below[above] *= passed
            log += scale.log().sum((0, 2))
        total = (below[self.schedule.root] * self.initial).sum(1)
        return below, message, log + total.clamp_min(1e-35).log()

    def counts(self, x, into):
        """Adds the expected counts of a batch to `into` (initial, transitions, emissions); returns log likelihood [B]."""
        below, message, log = self.upward(x)
        root = below[self.schedule.root] * self.initial
        posterior = torch.empty_like(below)
        posterior[self.schedule.root] = root / root.sum(1, keepdim=True)
        into[0].add_(posterior[self.schedule.root].sum(0))
        for children, above in self.schedule.down:
            outside = posterior[above] / message[children]
            into[1].index_add_(0, children, torch.bmm(outside.transpose(1, 2), below[children]) * self.transitions[children])
            inside = below[children] * torch.bmm(outside, self.transitions[children])
            posterior[children] = inside / inside.sum(2, keepdim=True).clamp_min(1e-30)
        v = x.shape[1]
        rows = x.t() + torch.arange(v, device=x.device)[:, None] * into[2].shape[1]
        into[2].view(-1, into[2].shape[2]).index_add_(0, rows.flatten(), posterior.flatten(0, 1))
        return log

    def empty_counts(self):
        return [torch.zeros_like(t) for t in (self.initial, self.transitions, self.emissions)]

    def fit(self, counts, prior):
        """Maximum a posteriori from counts; see `Smoothing`."""
        self.initial = normalise(counts[0] + 1, 0)
        t = counts[1] + prior.transition * normalise(counts[1].sum(1, keepdim=True) + 1e-6, 2)
        self.transitions = normalise(t + 1e-3, 2)
        self.emissions = normalise(prior.smooth(counts[2]), 1)


def normalise(t, axis):
    return t / t.sum(axis, keepdim=True)


class Smoothing:
    """What is added to counts.

    To transitions: the variable's own distribution of states, `transition` times. To emissions: the state's own
    distribution blurred, `blur` times and `share` times as often as the state was seen; the variable's distribution of
    values, `variable` times. The blur is of the ratio to the set's histogram, for that may be a comb (pictures that were
    stretched); value 0, the background, has no neighbours.
    """

    def __init__(self, histogram, transition=2.0, blur=100.0, share=0.2, reach=4.0, variable=2.0):
        self.transition, self.blur, self.share, self.variable = transition, blur, share, variable
        distance = torch.arange(len(histogram), device=histogram.device)
        distance = (distance[:, None] - distance[None]).abs().float()
        kernel = torch.exp(-distance / reach)
        kernel[0, 1:] = kernel[1:, 0] = 0
        self.histogram = (histogram / histogram.sum())[:, None]
        self.kernel = self.histogram * kernel / (kernel @ self.histogram)

    def smooth(self, counts):
        seen = counts.sum(1, keepdim=True)
        blurred = normalise(torch.matmul(self.kernel, counts) + 1e-6 * self.histogram, 1)
        marginal = normalise(counts.sum(2, keepdim=True) + 5 * self.histogram, 1)
        return counts + (self.blur + self.share * seen) * blurred + self.variable * marginal


def neighbourhood_clusters(images, shape, variable, states, reach, random, rounds=6):
    """[images] a cluster of each image by the pixels around `variable`, near ones weighing more; k-means."""
    height, width = shape
    r, c = divmod(variable, width)
    rows, columns = np.arange(max(0, r - reach), min(height, r + reach + 1)), np.arange(max(0, c - reach), min(width, c + reach + 1))
    weight = np.exp(-0.35 * np.hypot(rows[:, None] - r, columns[None] - c)).astype(np.float32)
    patch = torch.from_numpy(images.reshape(-1, height, width)[:, rows[:, None], columns[None]] * (weight / 255)).flatten(1)
    centres = patch[torch.from_numpy(random.choice(len(patch), states, replace=False))]
    for _ in range(rounds):
        nearest = (patch @ centres.t() - centres.square().sum(1) / 2).argmax(1)
        sums = torch.zeros_like(centres).index_add_(0, nearest, patch)
        size = torch.bincount(nearest, minlength=states)[:, None]
        empty = torch.from_numpy(random.choice(len(patch), states, replace=True))
        centres = torch.where(size > 0, sums / size.clamp_min(1), patch[empty])
    return (patch @ centres.t() - centres.square().sum(1) / 2).argmax(1)


def begin(tree, images, shape, prior, reach, seed):
    """Counts as if the clusters of the neighbourhoods were the states."""
    random = np.random.default_rng(seed)
    chosen = random.choice(len(images), min(len(images), 20000), replace=False)
    x, counts = torch.from_numpy(images[chosen].astype(np.int64)), tree.empty_counts()
    v, states = x.shape[1], len(tree.initial)
    labels = torch.stack([neighbourhood_clusters(images[chosen], shape, i, states, reach, random) for i in range(v)])
    device = tree.initial.device
    x, labels, one = x.to(device), labels.to(device), torch.ones(len(x), device=device)
    for i, parent in enumerate(tree.parents):
        counts[2][i].index_put_((x[:, i], labels[i]), one, accumulate=True)
        if parent >= 0:
            counts[1][i].index_put_((labels[parent], labels[i]), one, accumulate=True)
        else:
            counts[0].index_put_((labels[i],), one, accumulate=True)
    counts = [c * (len(images) / len(x)) for c in counts]
    tree.fit(counts, prior)
    return counts


@torch.no_grad()
def bits_per_dimension(tree, images, device, batch=200):
    total = 0.0
    for i in range(0, len(images), batch):
        x = torch.from_numpy(images[i : i + batch].astype(np.int64)).to(device)
        total += tree.upward(x)[2].double().sum().item()
    return -total / math.log(2) / images.size


def learn(tree, counts, images, test, prior, options):
    """Expectation maximisation: after each mini-batch its counts replace a part of the running ones."""
    random, start, seen, total, report = np.random.default_rng(options.seed), time.time(), 0, 0, 0
    order, device = random.permutation(len(images)), options.device
    while (passed := (time.time() - start) / 60 / options.minutes) < 1:
        step = max(options.last_step, options.first_step * (1 - passed))
        fresh, size = tree.empty_counts(), 0
        for _ in range(options.parts):
            if seen + options.batch > len(order):
                order, seen = random.permutation(len(images)), 0
            x = torch.from_numpy(images[order[seen : seen + options.batch]].astype(np.int64)).to(device)
            tree.counts(x, fresh)
            seen, size = seen + options.batch, size + len(x)
        total += size
        for kept, new in zip(counts, fresh):
            kept.mul_(1 - step).add_(new, alpha=step * len(images) / size)
        tree.fit(counts, prior)
        if (minutes := passed * options.minutes) - report >= options.report:
            report = minutes
            rate = bits_per_dimension(tree, test[:1000], device)
            print(f"minute {minutes:.1f} images {total} step {step:.3f} test {rate:.4f}", flush=True)


def codes(rows):
    """Probabilities [..., n] as bytes: -16·log2 of their part of the row's greatest, at most 254, so that none is 0."""
    scaled = -16 * torch.log2(rows / rows.amax(-1, keepdim=True))
    return scaled.round().clamp(0, 254).to(torch.uint8).cpu().numpy()


def export(tree, path):
    emissions = tree.emissions.transpose(1, 2)
    v, states, alphabet = emissions.shape
    parents = np.where(tree.parents < 0, 0xFFFF, tree.parents).astype("<u2")
    body = b"VCPT" + struct.pack("<4H", 1, v, states, alphabet) + parents.tobytes()
    body += codes(tree.initial).tobytes() + codes(tree.transitions).tobytes() + codes(emissions).tobytes()
    with open(path, "wb") as file:
        file.write(body + struct.pack("<I", zlib.crc32(body)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("train")
    p.add_argument("out")
    p.add_argument("--test")
    p.add_argument("--held-out", type=int, default=0)
    p.add_argument("--states", type=int, default=64)
    p.add_argument("--minutes", type=float, default=30)
    p.add_argument("--report", type=float, default=1)
    p.add_argument("--batch", type=int, default=250)
    p.add_argument("--parts", type=int, default=4, help="batches whose counts make one step")
    p.add_argument("--first-step", type=float, default=0.15)
    p.add_argument("--last-step", type=float, default=0.02)
    p.add_argument("--bins", type=int, default=8)
    p.add_argument("--reach", type=int, default=3, help="of the neighbourhoods that states begin with")
    p.add_argument("--smoothing", type=float, nargs=5, default=[2.0, 100.0, 0.2, 4.0, 2.0], help="transition, blur, share, reach, variable")
    p.add_argument("--checkpoint", help="written at the end")
    p.add_argument("--resume", help="a checkpoint to go on from")
    p.add_argument("--device", default="cpu")
    p.add_argument("--seed", type=int, default=1)
    options = p.parse_args()
    if options.test and options.held_out:
        p.error("--held-out tests with images of the train set; give one of it and --test")
    torch.set_grad_enabled(False)
    images, shape = read_idx(options.train)
    test = read_idx(options.test)[0] if options.test else images[: options.held_out or 1000]
    if options.held_out:
        images, test = images[: -options.held_out], images[-options.held_out :]
    histogram = torch.bincount(torch.from_numpy(images.flatten()), minlength=256).float() + 1
    prior = Smoothing(histogram.to(options.device), *options.smoothing)
    if options.resume:
        state = torch.load(options.resume, map_location=options.device, weights_only=False)
        tree, counts = Tree(state["parents"], len(state["counts"][0]), 256, options.device), state["counts"]
        tree.fit(counts, prior)
    else:
        tree = Tree(chow_liu(images, options.bins, options.device), options.states, 256, options.device)
        counts = begin(tree, images, shape, prior, options.reach, options.seed)
    rate = lambda some: bits_per_dimension(tree, some, options.device)
    print(f"{len(images)} images, {len(tree.schedule.down)} message steps, test {rate(test[:1000]):.4f}", flush=True)
    learn(tree, counts, images, test, prior, options)
    print(f"bits per dimension: test {rate(test):.4f}, train {rate(images[:5000]):.4f}")
    if options.checkpoint:
        torch.save({"parents": tree.parents, "counts": counts}, options.checkpoint)
    export(tree, options.out)


if __name__ == "__main__":
    main()
