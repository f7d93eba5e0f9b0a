internal import CLayerKernels
internal import Foundation

/// What happens to a pointwise product's output.
enum Activation: Int32 {
    case plain = 0
    /// `v < 0 ? v >> 3 : v`
    case leaky = 1
    /// `sat16(residual + v)`
    case residual = 2
}

/// A set of kernels; all give the same bits.
package enum KernelImplementation: String, CaseIterable, Sendable {
    case reference, avx2, avx512, neon

    private var kind: Int32 {
        switch self {
        case .reference: Int32(vc_kernels_none.rawValue)
        case .avx2: Int32(vc_kernels_avx2.rawValue)
        case .avx512: Int32(vc_kernels_avx512vnni.rawValue)
        case .neon: Int32(vc_kernels_neon.rawValue)
        }
    }

    /// Whether this processor runs it.
    package var isAvailable: Bool {
        let best = vc_best_kernels()
        return self == .reference || kind == best || (self == .avx2 && best == KernelImplementation.avx512.kind)
    }

    /// The fastest that this processor runs, or the one that `VCODEC_KERNELS` names.
    package static let best: KernelImplementation = {
        if let name = ProcessInfo.processInfo.environment["VCODEC_KERNELS"],
            let named = KernelImplementation(rawValue: name), named.isAvailable
        {
            return named
        }
        return allCases.last { $0 != .reference && $0.isAvailable && $0.kind == vc_best_kernels() } ?? .reference
    }()

    /// `y[position] = activation(w · x[position])`; `x` has `inputStride` values a position, `y` and `residual` `outputs`.
    func pointwise(
        _ w: PackedPointwise, activation: Activation, x: UnsafePointer<Int16>, inputStride: Int,
        residual: UnsafePointer<Int16>?, y: UnsafeMutablePointer<Int16>, positions: Int
    ) {
        guard let function = unsafe vc_pointwise_kernel(kind) else {
            unsafe ReferenceKernels.pointwise(
                w, activation: activation, x: x, residual: residual, y: y, positions: positions, inputStride: inputStride)
            return
        }
        unsafe w.packed.withUnsafeBufferPointer { packed in
            unsafe w.biases.withUnsafeBufferPointer { biases in
                unsafe w.multipliers.withUnsafeBufferPointer { multipliers in
                    var p = unsafe vc_pointwise(
                        packed: packed.baseAddress, bias: biases.baseAddress, multiplier: multipliers.baseAddress,
                        inputs: Int32(w.paddedInputs), outputs: Int32(w.outputs), shift: Int32(w.shift),
                        activation: activation.rawValue)
                    unsafe function(
                        &p, x, Int64(inputStride), residual, Int64(w.outputs), y, Int64(w.outputs), Int64(positions))
                }
            }
        }
    }

    /// One row of a modulated depthwise convolution; `rows` are null outside the grid.
    func depthwise(
        _ d: DepthwiseWeights, _ modulation: Modulation, rows: [UnsafePointer<Int16>?], width: Int,
        h: UnsafeMutablePointer<Int16>
    ) {
        guard let function = unsafe vc_depthwise_kernel(kind) else {
            unsafe ReferenceKernels.depthwise(d, modulation, rows: rows, width: width, h: h)
            return
        }
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe d.taps.withUnsafeBufferPointer { taps in
                unsafe modulation.multipliers.withUnsafeBufferPointer { m in
                    unsafe modulation.offsets.withUnsafeBufferPointer { a in
                        unsafe function(
                            rows.baseAddress, Int32(d.kernel), taps.baseAddress, m.baseAddress, a.baseAddress,
                            Int32(modulation.shift), 0, Int64(width), Int64(width), Int64(d.channels), h)
                    }
                }
            }
        }
    }
}
