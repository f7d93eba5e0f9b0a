#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The number of threads that work is split over unless told otherwise.
public enum Threads {
    public static let standard = max(1, min(16, ProcessInfo.processInfo.activeProcessorCount))
}
