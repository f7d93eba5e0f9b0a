// The sound codec's coding of a superframe's coefficients, in floating point: what SPEC 19 specifies, for
// experiments and for dumping training data. audio_codec.py holds the transform and calls code(). Bits are ideal code
// lengths, -log2 p, with p limited to [2^-12, 1 - 2^-12].
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr int kSpan = 2048;        // samples of a superframe
constexpr int kCells = 256;        // cells of 8 bins that remember energies on the grid of the longest block
constexpr int kCoefficientInputs = 28, kEnergyInputs = 24;
constexpr int kSteps = 15;         // decisions "greater than n" that have a model
constexpr float kEnergyStep = 0.5f;  // octaves of amplitude: 3 dB

struct Network {
  int inputs = 0, hidden = 0, outputs = 0;
  std::vector<float> w1, b1, w2, b2, w3, b3;  // w: [input][output]

  static void layer(const float* x, int n, const std::vector<float>& w, const std::vector<float>& b, float* y, int m) {
    for (int j = 0; j < m; j++) y[j] = b[j];
    for (int i = 0; i < n; i++)
      for (int j = 0; j < m; j++) y[j] += x[i] * w[i * m + j];
  }
  void operator()(const float* x, float* y) const {
    alignas(64) float a[64], b[64];
    layer(x, inputs, w1, b1, a, hidden);
    for (int j = 0; j < hidden; j++) a[j] = std::max(a[j], 0.f);
    layer(a, hidden, w2, b2, b, hidden);
    for (int j = 0; j < hidden; j++) b[j] = std::max(b[j], 0.f);
    layer(b, hidden, w3, b3, y, outputs);
  }
};

Network networks[2];  // coefficients, energies

struct Dump {
  float* features = nullptr;
  int8_t* symbols = nullptr;
  long count = 0, limit = 0;
  float keep = 1;
  uint32_t seed = 1;
  void add(const float* x, int n, int symbol) {
    if (count >= limit) return;
    seed = seed * 1664525u + 1013904223u;
    if ((seed >> 8) * (1.f / 16777216) >= keep) return;
    std::memcpy(features + count * n, x, n * sizeof(float));
    symbols[count++] = int8_t(std::clamp(symbol, -127, 127));
  }
};

Dump dumps[2];

float probability(float logit) {
  return std::clamp(1 / (1 + std::exp(-logit)), 1 / 4096.f, 1 - 1 / 4096.f);
}
float price(float logit, bool bit) { return -std::log2(bit ? probability(logit) : 1 - probability(logit)); }

// An adaptive bit whose rate falls from 1/2 to 1/64; contexts start at one half.
struct AdaptiveBit {
  float p = 0.5f;
  int seen = 0;
  double code(bool bit) {
    double cost = -std::log2(bit ? p : 1 - p);
    float rate = 1.f / std::min(++seen + 1.5f, 64.f);
    p = std::clamp(p + (float(bit) - p) * rate, 1 / 4096.f, 1 - 1 / 4096.f);
    return cost;
  }
};

float exp_golomb_bits(int value) { return 2 * std::floor(std::log2(value + 1.f)) + 1; }

}  // namespace

extern "C" {

struct Law {
  float quality, slope, curve[8], side, skip[2], fill, fill_skipped, cap, center, hysteresis[2], deadzone, price;
};

struct Layout {
  int bands[5], edges[5][64];
  int stereo_bands, stereo_edges[17];
};

void set_network(int which, int inputs, int hidden, int outputs, const float* weights) {
  Network& net = networks[which];
  net.inputs = inputs, net.hidden = hidden, net.outputs = outputs;
  auto take = [&](std::vector<float>& v, int n) { v.assign(weights, weights + n), weights += n; };
  take(net.w1, inputs * hidden), take(net.b1, hidden), take(net.w2, hidden * hidden), take(net.b2, hidden);
  take(net.w3, hidden * outputs), take(net.b3, outputs);
}

void set_dump(int which, float* features, int8_t* symbols, long limit, float keep) {
  dumps[which] = Dump{features, symbols, 0, limit, keep, 1};
}

long dump_count(int which) { return dumps[which].count; }

}  // extern "C"

namespace {

// Octaves that a frequency's step lies below the even law, by linear interpolation over octaves from 1 kHz.
float frequency_offset(const Law& law, float kilohertz) {
  static const float node[8] = {-2.5f, -1.25f, 0, 1, 2, 3, 3.8f, 4.4f};
  float x = std::log2(kilohertz + 0.02f);
  if (x <= node[0]) return law.curve[0];
  for (int i = 0; i < 7; i++)
    if (x < node[i + 1]) return law.curve[i] + (law.curve[i + 1] - law.curve[i]) * (x - node[i]) / (node[i + 1] - node[i]);
  return law.curve[7];
}

struct Channel {
  std::vector<float> energy = std::vector<float>(kCells), before = std::vector<float>(kCells);
  std::vector<float> last = std::vector<float>(kSpan), older = std::vector<float>(kSpan);  // |decoded| of past blocks
  std::vector<float> magnitude;  // |decoded| of this block, noise not counted
  std::vector<int> level;        // quantised energies of this block
  std::vector<float> log, past, step;  // their octaves, those of the past over the same bands, log2 of the steps
};

struct Coder {
  const Law& law;
  const Layout& layout;
  std::vector<Channel> channels;
  AdaptiveBit split[5][4], turned[2][3], lower[3], angle[16], offset[16];
  int past_split = 0;
  double energy_bits = 0, coefficient_bits = 0, side_bits = 0;
  uint32_t seed = 0;

  Coder(const Law& l, const Layout& y, int n) : law(l), layout(y), channels(n) {}

  int cell_low(int band, int s) const { return (layout.edges[s][band] << s) / 8; }
  int cell_high(int band, int s) const { return std::max(((layout.edges[s][band + 1] << s) + 7) / 8, cell_low(band, s) + 1); }
  float mean(const std::vector<float>& cells, int band, int s) const {
    float sum = 0;
    for (int i = cell_low(band, s); i < cell_high(band, s); i++) sum += cells[i];
    return sum / (cell_high(band, s) - cell_low(band, s));
  }

  void code_split(int s) {
    for (int n = 0; n < 4; n++) {
      side_bits += split[past_split][n].code(s > n);
      if (s <= n) break;
    }
  }

  void code_angles(const int* angles, const int* before) {
    bool below_turned = false;
    for (int b = 0; b < layout.stereo_bands; b++) {
      int below = b ? angles[b - 1] : before[b];
      bool turn = angles[b] != before[b];
      side_bits += turned[below == before[b]][b ? below_turned : 2].code(turn);
      if (turn && below != before[b]) side_bits += lower[below_turned].code(angles[b] != below);
      if (turn && (below == before[b] || angles[b] != below))
        for (int i = 3, node = 1; i >= 0; node = node * 2 + (angles[b] >> i & 1), i--) side_bits += angle[node].code(angles[b] >> i & 1);
      below_turned = turn;
    }
  }

  // The energies of one block of one channel; c = 1 sees channel 0's.
  void code_energies(int c, int s, int block, int past, const float* x) {
    Channel& ch = channels[c];
    const int bands = layout.bands[s], n = kSpan >> s;
    const int* edge = layout.edges[s];
    ch.level.assign(bands, 0), ch.log.assign(bands, 0), ch.past.assign(bands, 0);
    auto cell = [&](const std::vector<float>& v, int bin) { return v[std::clamp((bin << s) / 8, 0, kCells - 1)]; };
    for (int b = 0; b < bands; b++) {
      const int low = edge[b], high = edge[b + 1], width = high - low;
      double power = 0;
      for (int k = low; k < high; k++) power += double(x[k]) * x[k];
      const float e = 0.5f * std::log2(float(power / width) + 1e-9f);
      const float p0 = ch.past[b] = mean(ch.energy, b, s), p1 = mean(ch.before, b, s), up = mean(ch.energy, std::min(b + 1, bands - 1), s);
      float expected = b ? 0.8f * p0 + 0.1f * p1 + 0.1f * up + 0.5f * (ch.log[b - 1] - ch.past[b - 1]) : 0.85f * p0 + 0.05f * p1 + 0.1f * up;
      if (b > 1) expected += 0.1f * (ch.log[b - 2] - ch.past[b - 2]);
      expected = std::max(expected, 0.f) / kEnergyStep;
      const int anchor = int(std::floor(expected + 0.5f));
      const float at = anchor * kEnergyStep, wanted = e / kEnergyStep, slack = law.hysteresis[c];
      int level = anchor;
      if (std::abs(wanted - anchor) > 0.5f + slack) level = int(std::floor(wanted - (wanted > anchor ? slack : -slack) + 0.5f));
      if (e < 0.3f) level = 0;
      level = std::max(level, 0);
      float f[kEnergyInputs] = {};
      for (int d = 1; d <= 3; d++) f[d - 1] = b >= d ? ch.log[b - d] - at : 0;
      for (int d = 1; d <= 2; d++) f[2 + d] = b >= d ? ch.log[b - d] - ch.past[b - d] : 0;
      f[5] = p0 - at, f[6] = p1 - at, f[7] = up - at;
      f[8] = cell(ch.energy, high + width + width / 2) - at;
      f[9] = b ? ch.past[b - 1] - at : 0;
      f[10] = cell(ch.before, high + width / 2) - at;
      f[11] = b ? cell(ch.before, low - 1) - at : 0;
      if (c) {
        const Channel& mid = channels[0];
        f[12] = mid.log[b] - at, f[13] = mid.log[b] - mid.past[b];
        f[14] = b + 1 < bands ? mid.log[b + 1] - mid.past[b + 1] : 0;
        f[15] = b ? (mid.log[b - 1] - ch.log[b - 1]) - (mid.log[b] - at) : 0;
      }
      f[16] = at * 0.2f, f[17] = std::log2((low + high) * 0.5f / n * 24 + 0.05f), f[18] = s, f[19] = past, f[20] = block;
      f[21] = std::log(float(width)), f[22] = c, f[23] = expected - anchor;
      float logits[2 + 22];
      networks[1](f, logits);
      const int residual = level - anchor, size = std::abs(residual);
      energy_bits += price(logits[0], size > 0);
      if (size) {
        energy_bits += price(logits[1], residual > 0);
        const float* more = logits + (residual > 0 ? 2 : 13);
        int n = 1;
        while (n <= 11) {
          energy_bits += price(more[n - 1], size > n);
          if (size <= n) break;
          n++;
        }
        if (n > 11) energy_bits += exp_golomb_bits(size - 12);
      }
      dumps[1].add(f, kEnergyInputs, residual);
      ch.level[b] = level, ch.log[b] = level * kEnergyStep;
    }
    ch.before = ch.energy;
    for (int b = 0; b < bands; b++)
      for (int i = cell_low(b, s); i < cell_high(b, s); i++) ch.energy[i] = ch.log[b];
  }

  // log2 of every band's step, from the energies that the two loudspeakers would get.
  void steps(int s, const int* angles, float shift) {
    const int* edge = layout.edges[s];
    for (auto& ch : channels) ch.step.assign(layout.bands[s], 0);
    for (int b = 0; b < layout.bands[s]; b++) {
      float heard[2] = {channels[0].log[b], 0};
      if (channels.size() == 2) {
        int sb = 0, middle = (edge[b] + edge[b + 1]) / 2 << s;
        while (sb + 1 < layout.stereo_bands && middle >= layout.stereo_edges[sb + 1]) sb++;
        const float cosine = std::cos(angles[sb] * float(M_PI) / 16), c2 = cosine * cosine, s2 = 1 - c2;
        const float mid = std::exp2(2 * channels[0].log[b]), rest = std::exp2(2 * channels[1].log[b]);
        const float left = c2 * mid + s2 * rest + 0.25f, right = s2 * mid + c2 * rest + 0.25f;
        heard[0] = -0.5f * std::log2(c2 / left + s2 / right), heard[1] = -0.5f * std::log2(s2 / left + c2 / right);
      }
      const float offset = frequency_offset(law, (edge[b] + edge[b + 1]) * 12.f / (kSpan >> s));
      for (size_t c = 0; c < channels.size(); c++)
        channels[c].step[b] = std::max(law.slope * heard[c] + offset - law.quality - shift + (c ? law.side : 0), -1.f);
    }
  }

  // Greedy choice of |q| among the nearest integer and the one below, by price * bits + squared error in steps.
  int quantise(float value, const float* logits) const {
    const int nearest = int(std::floor(value + 0.5f));
    if (nearest == 0 || value < 0.5f + law.deadzone) return 0;
    if (nearest > 2) return nearest;
    auto cost = [&](int q) {
      float bits = q ? 1 : 0;
      for (int n = 0; n <= q; n++) bits += price(logits[n], q > n);
      return (value - q) * (value - q) + law.price * bits;
    };
    return cost(nearest) > cost(nearest - 1) ? nearest - 1 : nearest;
  }

  // One block of one channel: x → decoded y, symbols q.
  void code_coefficients(int c, int s, const float* x, float* y, int* q) {
    Channel& ch = channels[c];
    const int n = kSpan >> s;
    const int* edge = layout.edges[s];
    ch.magnitude.assign(n, 0);
    for (int b = 0; b < layout.bands[s]; b++) {
      const int low = edge[b], high = edge[b + 1];
      const float e = ch.log[b], ratio = e - ch.step[b], step = std::exp2(ch.step[b]), inverse = 1 / step;
      const bool skipped = ch.level[b] == 0 || ratio < law.skip[c];
      double decoded_power = 0;
      int coded = 0;
      for (int k = low; k < high; k++) {
        q[k] = 0, y[k] = 0;
        if (skipped) continue;
        auto scaled = [&](const std::vector<float>& v, int bin, int shift) {
          return bin >= 0 && bin < n ? std::log2(1 + v[bin << shift] * inverse) : 0.f;
        };
        float f[kCoefficientInputs] = {ratio};
        for (int d = 1; d <= 3; d++) f[d] = scaled(ch.magnitude, k - d, 0);
        static const int around[5] = {0, 1, -1, 2, -2};
        for (int i = 0; i < 5; i++) f[4 + i] = scaled(ch.last, k + around[i], s);
        for (int i = 0; i < 3; i++) f[9 + i] = scaled(ch.older, k + around[i], s);
        if (c)
          for (int i = 0; i < 3; i++) f[12 + i] = scaled(channels[0].magnitude, k + around[i], 0);
        f[15] = b ? ch.log[b - 1] - e : 0, f[16] = b + 1 < layout.bands[s] ? ch.log[b + 1] - e : 0;
        f[17] = std::log2((k + 0.5f) / n * 24 + 0.05f), f[18] = s == 0, f[19] = s == 1, f[20] = s, f[21] = c;
        f[22] = (k - low + 0.5f) / (high - low), f[23] = std::log(float(high - low));
        f[24] = c ? channels[0].log[b] - e : 0, f[25] = e - ch.past[b];
        // What the band's level leaves for the bins that are not coded yet.
        const double left = std::max((high - low) * std::exp2(2.0 * e) - decoded_power, 0.1 * double(step) * step);
        f[26] = 0.5f * std::log2(float(left / (high - k))) - ch.step[b], f[27] = 0.5f * std::log2(float(left)) - ch.step[b];
        float logits[kSteps];
        networks[0](f, logits);
        const int size = quantise(std::abs(x[k]) * inverse, logits);
        for (int i = 0; i < kSteps && i <= size; i++) coefficient_bits += price(logits[i], size > i);
        if (size >= kSteps) coefficient_bits += exp_golomb_bits(size - kSteps);
        coefficient_bits += size > 0;
        dumps[0].add(f, kCoefficientInputs, size);
        if (!size) continue;
        const float value = (size - (size == 1 ? law.center : 0.03f)) * step;
        ch.magnitude[k] = value, decoded_power += double(value) * value, coded++;
        q[k] = x[k] < 0 ? -size : size, y[k] = x[k] < 0 ? -value : value;
      }
      fill(ch, b, s, skipped, step, float(decoded_power), coded, y, q);
    }
    for (int k = 0; k < n; k++)
      for (int i = 0; i < 1 << s; i++) {
        const int cell = (k << s) + i;
        ch.older[cell] = ch.last[cell], ch.last[cell] = ch.magnitude[k];
      }
  }

  // Zeros become noise of what the band's energy leaves, of one magnitude and random signs.
  void fill(const Channel& ch, int b, int s, bool skipped, float step, float decoded_power, int coded, float* y, const int* q) {
    const int low = layout.edges[s][b], high = layout.edges[s][b + 1], zeros = high - low - coded;
    if (!zeros || !ch.level[b]) return;
    const float whole = std::exp2(ch.log[b]);
    float left = std::sqrt(std::max(0.f, ((high - low) * whole * whole - decoded_power) / zeros));
    float level = skipped ? whole * law.fill_skipped : std::min(left, law.cap * step) * law.fill;
    for (int k = low; k < high; k++) {
      if (q[k]) continue;
      seed = seed * 1664525u + 1013904223u;
      y[k] = seed >> 31 ? -level : level;
    }
  }
};

}  // namespace

extern "C" void code(int frames, int channels, const float* x, const int* splits, const int* angles, const float* shifts,
                     const Layout* layout, const Law* law, float* y, int* q, double* bits, double* frame_bits) {
  Coder coder(*law, *layout, channels);
  std::vector<int> before(layout->stereo_bands, 4);
  for (int f = 0; f < frames; f++) {
    const double start = coder.energy_bits + coder.coefficient_bits + coder.side_bits;
    const int s = splits[f], n = kSpan >> s;
    coder.seed = f * 2654435761u;
    coder.code_split(s);
    const int* turn = angles + f * layout->stereo_bands;
    if (channels == 2) coder.code_angles(turn, before.data());
    for (int block = 0; block < 1 << s; block++) {
      const size_t at = size_t(f) * channels * kSpan + block * n;
      for (int c = 0; c < channels; c++) coder.code_energies(c, s, block, coder.past_split, x + at + c * kSpan);
      coder.steps(s, turn, shifts[f]);
      for (int c = 0; c < channels; c++) coder.code_coefficients(c, s, x + at + c * kSpan, y + at + c * kSpan, q + at + c * kSpan);
    }
    before.assign(turn, turn + layout->stereo_bands);
    coder.past_split = s;
    frame_bits[f] = coder.energy_bits + coder.coefficient_bits + coder.side_bits - start;
  }
  bits[0] = coder.energy_bits, bits[1] = coder.coefficient_bits, bits[2] = coder.side_bits;
}
