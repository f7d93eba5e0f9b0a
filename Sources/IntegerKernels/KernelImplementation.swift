internal import CKernels

/// A set of kernels for one instruction set. All give the same bits.
package enum KernelImplementation: String, CaseIterable, Sendable {
    /// Portable Swift.
    case reference
    case avx2
    /// AVX-512 F, BW, VL, DQ and VNNI.
    case avx512vnni = "avx512"
    case neon

    /// Those that this processor runs, slowest first.
    package static let available = allCases.filter { unsafe $0 == .reference || $0.kernels != nil }

    /// The fastest that this processor runs, unless the environment variable `VCODEC_KERNELS` names another by its raw
    /// value. A name that cannot be honoured traps: a test of one implementation must not quietly run another.
    package static let best: KernelImplementation = {
        guard let name = unsafe vc_requested_kernels().map({ unsafe String(cString: $0) }) else { return available.last! }
        guard let chosen = KernelImplementation(rawValue: name), available.contains(chosen) else {
            fatalError("VCODEC_KERNELS is \(name); this processor runs \(available.map(\.rawValue).joined(separator: ", "))")
        }
        return chosen
    }()

    /// Nil for the reference, and for what this processor does not run.
    var kernels: UnsafePointer<vc_kernels>? {
        switch self {
        case .reference: nil
        case .avx2: unsafe vc_kernels_for(vc_avx2)
        case .avx512vnni: unsafe vc_kernels_for(vc_avx512vnni)
        case .neon: unsafe vc_kernels_for(vc_neon)
        }
    }
}
