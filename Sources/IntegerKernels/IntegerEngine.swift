internal import Synchronization

/// Runs the layers of SPEC §8 over whole features, rows dealt to threads. Threads do not change the result.
package struct IntegerEngine: Sendable {
    package let implementation: KernelImplementation
    package let threads: Int
    package let watch: WorkWatch

    package init(implementation: KernelImplementation = .best, threads: Int, watch: WorkWatch = .none) {
        precondition(threads > 0 && KernelImplementation.available.contains(implementation))
        self.implementation = implementation
        self.threads = threads
        self.watch = watch
    }

    /// The same engine, looked at by someone else.
    package func watched(by watch: WorkWatch) -> IntegerEngine {
        IntegerEngine(implementation: implementation, threads: threads, watch: watch)
    }

    /// Calls `body` with ranges that together are `0 ..< count`, on up to `threads` threads.
    package func split(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
        RowTasks.run(count, threads: threads, body)
    }

    /// What `body` makes of every element, in order, side by side.
    package func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ body: @Sendable (Element) -> Result
    ) -> [Result] {
        let results = Mutex([Result?](repeating: nil, count: elements.count))
        split(elements.count) { range in
            for index in range {
                let result = body(elements[index])
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0.map { $0! } }
    }

    /// Splits the rows of `x` into pieces of 48 positions or more: below that, kernels spend their time on loading weights.
    private func splitRows(of x: Feature, _ body: @Sendable (Range<Int>) -> Void) {
        RowTasks.run(x.height, threads: threads, atLeast: (47 + x.width) / x.width, body)
    }

    /// `y = w(x)` at every position.
    package func pointwise(_ w: PackedPointwise, _ x: Feature) -> Feature {
        let y = Feature(height: x.height, width: x.width, channels: w.outputs)
        splitRows(of: x) { implementation.pointwise(w, x, rows: $0, into: y) }
        return y
    }

    /// `y = sat16(y + w(x))` at every position.
    package func add(_ w: PackedPointwise, _ x: Feature, to y: Feature) {
        splitRows(of: x) { implementation.add(w, x, rows: $0, to: y) }
    }

    /// `w(x)`, then depth to space by `f`: `[height · f][width · f][w.outputs / f²]`.
    package func pointwise(_ w: PackedPointwise, _ x: Feature, depthToSpace f: Int) -> Feature {
        let y = Feature(height: x.height * f, width: x.width * f, channels: w.outputs / (f * f))
        splitRows(of: x) { implementation.pointwise(w, x, rows: $0, depthToSpace: f, into: y) }
        return y
    }

    /// A residual block (SPEC §8, block).
    package func block(
        _ depthwise: DepthwiseWeights, _ modulation: Modulation, expand: PackedPointwise, project: PackedPointwise,
        _ x: Feature
    ) -> Feature {
        let y = Feature(height: x.height, width: x.width, channels: x.channels)
        splitRows(of: x) { rows in
            implementation.block(depthwise, modulation, expand: expand, project: project, x, rows: rows, into: y)
        }
        return y
    }
}
