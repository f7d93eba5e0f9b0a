internal import CKernels

/// One call to a kernel, vectorised or not. Arguments are those of ``ReferenceKernels``.
extension KernelImplementation {
    func pointwise(
        _ w: PackedPointwise, _ output: PointwiseOutput, x: UnsafePointer<Int16>, residual: UnsafePointer<Int16>? = nil,
        y: UnsafeMutablePointer<Int16>, positions: Int
    ) {
        guard let kernels = unsafe kernels else {
            unsafe ReferenceKernels.pointwise(w.original, output, x: x, residual: residual, y: y, positions: positions)
            return
        }
        unsafe w.withCValue { value in
            unsafe kernels.pointee.pointwise(
                &value, output.cValue, x, Int64(w.inputs), residual, y, Int64(w.outputs), Int64(positions))
        }
    }

    func depthwise(
        _ d: DepthwiseWeights, _ m: Modulation, _ x: Feature, row: Int, columns: Range<Int>, h: UnsafeMutablePointer<Int16>
    ) {
        guard let kernels = unsafe kernels else {
            unsafe ReferenceKernels.depthwise(d, m, x, row: row, columns: columns, h: h)
            return
        }
        unsafe d.withCValue(m) { value in
            unsafe kernels.pointee.depthwise(
                &value, x.base, Int64(x.height), Int64(x.width), Int64(row), Int64(columns.lowerBound),
                Int64(columns.upperBound), h)
        }
    }
}

extension PointwiseOutput {
    fileprivate var cValue: vc_output {
        switch self {
        case .plain: vc_plain
        case .leaky: vc_leaky
        case .residual: vc_residual
        case .gated: vc_gated
        }
    }
}

extension PackedPointwise {
    fileprivate func withCValue(_ body: (inout vc_pointwise) -> Void) {
        unsafe weights.withUnsafeBufferPointer { weights in
            unsafe biases.withUnsafeBufferPointer { biases in
                unsafe multipliers.withUnsafeBufferPointer { multipliers in
                    var value = unsafe vc_pointwise(
                        weights: weights.baseAddress, biases: biases.baseAddress, multipliers: multipliers.baseAddress,
                        inputs: Int32(paddedInputs), outputs: Int32(outputs), shift: Int32(shift))
                    unsafe body(&value)
                }
            }
        }
    }
}

extension DepthwiseWeights {
    fileprivate func withCValue(_ m: Modulation, _ body: (inout vc_depthwise) -> Void) {
        unsafe taps.withUnsafeBufferPointer { taps in
            unsafe m.multipliers.withUnsafeBufferPointer { multipliers in
                unsafe m.offsets.withUnsafeBufferPointer { offsets in
                    var value = unsafe vc_depthwise(
                        taps: taps.baseAddress, multipliers: multipliers.baseAddress, offsets: offsets.baseAddress,
                        side: Int32(kernel), channels: Int32(channels), shift: Int32(m.shift))
                    unsafe body(&value)
                }
            }
        }
    }
}
