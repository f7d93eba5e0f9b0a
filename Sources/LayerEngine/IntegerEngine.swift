internal import Dispatch

/// Runs the layers of SPEC §8 over whole features, rows split over threads. Threads do not change the result.
package struct IntegerEngine: Sendable {
    package let implementation: KernelImplementation
    package let threads: Int

    package init(implementation: KernelImplementation = .best, threads: Int) {
        precondition(threads > 0)
        self.implementation = implementation
        self.threads = threads
    }

    /// Calls `body` with ranges that together are `0 ..< count`, on up to `threads` threads.
    package func split(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
        // More pieces than threads, so that one slow core does not hold up the rest.
        let pieces = threads == 1 ? 1 : min(count, threads * 4)
        guard pieces > 1 else { return body(0..<count) }
        let gate = DispatchSemaphore(value: threads)
        DispatchQueue.concurrentPerform(iterations: pieces) { i in
            gate.wait()
            body(count * i / pieces..<count * (i + 1) / pieces)
            gate.signal()
        }
    }

    /// `y = w(x)` at every position.
    package func pointwise(_ w: PackedPointwise, _ x: Feature) -> Feature {
        precondition(x.channels == w.inputs)
        let y = Feature(height: x.height, width: x.width, channels: w.outputs)
        split(x.height) { rows in
            for row in rows {
                unsafe implementation.pointwise(
                    w, activation: .plain, x: UnsafePointer(x.row(row).baseAddress!), inputStride: x.channels, residual: nil,
                    y: y.row(row).baseAddress!, positions: x.width)
            }
        }
        return y
    }

    /// `y = sat16(y + w(x))` at every position.
    package func add(_ w: PackedPointwise, _ x: Feature, to y: Feature) {
        precondition(x.channels == w.inputs && y.channels == w.outputs && x.height == y.height && x.width == y.width)
        split(x.height) { rows in
            for row in rows {
                let target = unsafe y.row(row).baseAddress!
                unsafe implementation.pointwise(
                    w, activation: .residual, x: UnsafePointer(x.row(row).baseAddress!), inputStride: x.channels,
                    residual: UnsafePointer(target), y: target, positions: x.width)
            }
        }
    }

    /// A residual block (SPEC §8). The expanded feature exists only for a few positions at a time.
    package func block(
        _ depthwise: DepthwiseWeights, _ modulation: Modulation, expand: PackedPointwise, project: PackedPointwise,
        _ x: Feature
    ) -> Feature {
        precondition(x.channels == depthwise.channels && expand.inputs == x.channels && project.outputs == x.channels)
        let y = Feature(height: x.height, width: x.width, channels: x.channels)
        split(x.height) { rows in
            let piece = 32
            let h = Feature(height: 1, width: x.width, channels: x.channels)
            let e = Feature(height: 1, width: min(piece, x.width), channels: expand.outputs)
            let (hRow, eRow) = unsafe (h.row(0).baseAddress!, e.row(0).baseAddress!)
            for row in rows {
                let window = unsafe (0..<depthwise.kernel).map { u -> UnsafePointer<Int16>? in
                    let source = row + u - depthwise.kernel / 2
                    return source >= 0 && source < x.height ? unsafe UnsafePointer(x.row(source).baseAddress!) : nil
                }
                unsafe implementation.depthwise(depthwise, modulation, rows: window, width: x.width, h: hRow)
                let (source, target) = unsafe (x.row(row).baseAddress!, y.row(row).baseAddress!)
                for at in stride(from: 0, to: x.width, by: piece) {
                    let count = min(piece, x.width - at)
                    unsafe implementation.pointwise(
                        expand, activation: .leaky, x: UnsafePointer(hRow + at * x.channels), inputStride: x.channels,
                        residual: nil, y: eRow, positions: count)
                    unsafe implementation.pointwise(
                        project, activation: .residual, x: UnsafePointer(eRow), inputStride: expand.outputs,
                        residual: UnsafePointer(source + at * x.channels), y: target + at * x.channels, positions: count)
                }
            }
        }
        return y
    }
}
