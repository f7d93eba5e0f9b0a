@testable import IntegerKernels
import Testing

@Suite struct KernelImplementationTests {
    @Test func theReferenceIsAlwaysThere() {
        #expect(KernelImplementation.available.first == .reference)
        #expect(KernelImplementation.available.contains(.best))
    }

    @Test func everyVectorKernelOfThisArchitectureIsNamedByItsSet() {
        #if arch(x86_64)
        #expect(!KernelImplementation.available.contains(.neon))
        #elseif arch(arm64)
        #expect(KernelImplementation.available == [.reference, .neon])
        #endif
    }

    @Test func featuresAreAligned() {
        for channels in [1, 3, 16, 51] {
            let x = Feature(height: 3, width: 5, channels: channels)
            #expect(unsafe UInt(bitPattern: x.base) % 64 == 0)
        }
    }
}
