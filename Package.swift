// swift-tools-version: 6.2
import PackageDescription

// Every Swift target is compiled under the same strict rules: warnings are errors, unsafe
// expressions must say so, existentials and imports are explicit.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "vcodec",
    products: [
        .executable(name: "vcodec", targets: ["VCodecTool"]),
        .library(name: "VCodec", targets: ["VCodec"]),
        .library(name: "ProbabilisticCircuits", targets: ["ProbabilisticCircuits"]),
        .library(name: "vcodec-c", type: .dynamic, targets: ["VCodecC"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // Plain values, and the files they come from.
        module("Media"),
        module("MediaFiles", ["Media", "CMediaShims", "CSndFile"]),
        .target(name: "CMediaShims", dependencies: ["CPNG"]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),

        // The decoder's side of the wall: integers only (checked by ArchitectureTests).
        module("EntropyCoding"),
        module("BitstreamFormat", ["EntropyCoding"]),
        module("EntropyModels", ["EntropyCoding"]),
        module("ProbabilisticCircuits", ["EntropyCoding", "IntegerKernels"]),
        .target(name: "CKernels"),
        module("IntegerKernels", ["CKernels"]),
        module("SampleCoding", ["EntropyCoding", "IntegerKernels"]),
        module("WaveformCoding", ["EntropyCoding", "IntegerKernels"]),
        module("SpectralCoding", ["EntropyCoding", "IntegerKernels", "BitstreamFormat"]),
        .target(name: "CModels"),
        module("LatentModels", ["IntegerKernels", "EntropyModels", "BitstreamFormat"]),
        module("LatentCoding", ["LatentModels", "EntropyModels", "EntropyCoding", "IntegerKernels"]),
        module("AudioCodec", ["SpectralCoding", "WaveformCoding", "EntropyCoding", "IntegerKernels", "BitstreamFormat"]),
        module("ImageCodec", [
            "LatentCoding", "LatentModels", "EntropyModels", "SampleCoding", "EntropyCoding", "IntegerKernels",
            "BitstreamFormat", "Media",
        ]),

        // The encoder's own work, and the façade that joins both sides.
        module("Analysis", ["LatentCoding", "LatentModels", "IntegerKernels"]),
        module("Ssimulacra2Constants"),
        module("LatentRefinement", ["LatentCoding", "LatentModels", "EntropyModels", "IntegerKernels", "Ssimulacra2Constants"]),
        module("SoundAnalysis", ["BitstreamFormat", "SpectralCoding", "IntegerKernels"]),
        module("VCodec", [
            "Media", "ImageCodec", "AudioCodec", "Analysis", "LatentRefinement", "SoundAnalysis", "BitstreamFormat", "LatentModels", "EntropyModels", "SpectralCoding",
            "IntegerKernels", "CModels",
        ]),
        // The same for C.
        .target(name: "CVCodec"),
        module("VCodecC", ["CVCodec", "VCodec", "Media"]),
        module("QualityMetrics", ["Media", "Ssimulacra2Constants"]),
        // What `vcodec bench` does: other codecs' programs, statistics, reports.
        .target(name: "CProcessShims"),
        module("Benchmarking", ["Media", "MediaFiles", "QualityMetrics", "BitstreamFormat", "CProcessShims"]),
        .executableTarget(
            name: "VCodecTool",
            dependencies: [
                "VCodec", "Media", "MediaFiles", "QualityMetrics", "BitstreamFormat", "ProbabilisticCircuits", "Benchmarking",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"], swiftSettings: strict),

        .executableTarget(
            name: "DecodeBenchmark", dependencies: ["VCodec", "Media", "LatentCoding", "LatentModels", "IntegerKernels"],
            path: "Benchmarks/DecodeBenchmark"),
        .executableTarget(
            name: "WaveformBenchmark", dependencies: ["WaveformCoding", "IntegerKernels"], path: "Benchmarks/WaveformBenchmark"),
        .executableTarget(name: "SoundBenchmark", dependencies: ["VCodec", "Media"], path: "Benchmarks/SoundBenchmark"),
        // What the documentation shows.
        .executableTarget(name: "VCodecExample", dependencies: ["VCodec", "Media"], path: "Examples/swift", swiftSettings: strict),

        // What Tools/fuzz runs, and the tests replay its corpus through.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "VCodec", "Media", "MediaFiles", "BitstreamFormat", "ImageCodec", "LatentModels", "SpectralCoding",
                "ProbabilisticCircuits",
            ],
            path: "Fuzzing/Targets", swiftSettings: strict),

        // What the tests share: repeatable random numbers.
        .target(name: "TestSupport", dependencies: ["Media"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("EntropyCodingTests", ["TestSupport", "EntropyCoding"]),
        tests("IntegerKernelsTests", ["IntegerKernels"]),
        tests("SampleCodingTests", ["TestSupport", "SampleCoding", "EntropyCoding", "IntegerKernels"]),
        tests("SpectralCodingTests", ["TestSupport", "SpectralCoding", "BitstreamFormat", "IntegerKernels"]),
        tests("WaveformCodingTests", ["TestSupport", "WaveformCoding", "IntegerKernels"]),
        tests("SoundAnalysisTests", ["TestSupport", "SoundAnalysis", "SpectralCoding", "IntegerKernels"]),
        tests("BitstreamFormatTests", ["TestSupport", "BitstreamFormat", "EntropyCoding"]),
        tests("AudioCodecTests", [
            "TestSupport", "AudioCodec", "VCodec", "SpectralCoding", "BitstreamFormat", "IntegerKernels", "Media",
        ]),
        tests("MediaFilesTests", ["TestSupport", "MediaFiles", "Media", "CMediaShims"]),
        tests("QualityMetricsTests", ["QualityMetrics", "Media"]),
        tests("BenchmarkingTests", ["TestSupport", "Benchmarking", "Media", "MediaFiles"]),
        tests("CommandLineTests", ["TestSupport", "VCodecTool", "Media", "MediaFiles", "ProbabilisticCircuits"]),
        tests("VCodecTests", ["TestSupport", "VCodec", "BitstreamFormat", "LatentModels", "Media"]),
        tests("ExampleTests", ["TestSupport", "VCodecExample", "VCodec", "Media"]),
        tests("ArchitectureTests", []),
        tests("FuzzTargetsTests", ["FuzzTargets", "TestSupport", "BitstreamFormat", "MediaFiles"]),
        tests("LatentModelsTests", ["LatentModels", "BitstreamFormat"]),
        tests("EntropyModelsTests", ["TestSupport", "EntropyModels", "EntropyCoding"]),
        tests("ProbabilisticCircuitsTests", ["TestSupport", "ProbabilisticCircuits", "EntropyCoding"]),
        tests("LatentCodingTests", ["TestSupport", "LatentCoding", "LatentModels", "EntropyModels", "IntegerKernels"]),
        tests("LatentRefinementTests", [
            "TestSupport", "LatentRefinement", "Analysis", "LatentCoding", "LatentModels", "EntropyModels", "IntegerKernels", "VCodec",
            "QualityMetrics", "Media", "MediaFiles",
        ]),
        tests("ConformanceTests", [
            "TestSupport", "VCodec", "ImageCodec", "AudioCodec", "SpectralCoding", "MediaFiles", "LatentCoding", "LatentModels", "IntegerKernels",
            "BitstreamFormat", "Media",
        ]),
    ],
    cLanguageStandard: .c2x
)

// Only with the compiler's fuzzing instrumentation can this be linked: see Tools/fuzz.
if Context.environment["VCODEC_FUZZING"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "FuzzDriver", dependencies: ["FuzzTargets", "CLibFuzzer", "BitstreamFormat"], path: "Fuzzing/Driver",
            swiftSettings: strict),
    ]
}
