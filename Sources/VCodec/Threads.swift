internal import Foundation

/// The number of threads that work is split over unless told otherwise.
public enum Threads {
    public static let standard = max(1, min(16, ProcessInfo.processInfo.activeProcessorCount))
}
