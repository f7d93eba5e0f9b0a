internal import FuzzTargets
internal import Glibc

// What libFuzzer's main calls (https://llvm.org/docs/LibFuzzer.html).

/// The target that VCODEC_FUZZ_TARGET names: no argument, so that libFuzzer can start this program again with its own, as it
/// does to merge a corpus.
private let target: FuzzTarget = {
    let name = unsafe getenv("VCODEC_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        print("VCODEC_FUZZ_TARGET must be one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
        exit(2)
    }
    return target
}()

@c(LLVMFuzzerTestOneInput)
public func runOnce(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    _ = unsafe target.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// Changes an input: often chunk by chunk, and mostly with right lengths and checksums, behind which nothing would be reached.
///
/// - Returns: the bytes of the changed input, at most `capacity`.
@c(LLVMFuzzerCustomMutator)
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int, _ seed: UInt32) -> Int {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    var mutation = Mutation(seed: seed, capacity: capacity)
    let result = mutation.apply(to: input, of: target).prefix(capacity)
    for (index, byte) in result.enumerated() { unsafe data[index] = byte }
    return result.count
}
