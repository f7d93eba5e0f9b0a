import Testing

/// What the build cannot check by itself about the modules that a decoder runs.
@Suite struct ArchitectureTests {
    /// Between bytes and samples: integers only, and no way to the encoder's analysis.
    static let decoderModules = [
        "EntropyCoding", "BitstreamFormat", "EntropyModels", "IntegerKernels", "SampleCoding", "WaveformCoding", "SpectralCoding",
        "LatentModels", "LatentCoding", "ImageCodec", "AudioCodec",
    ]

    /// The arrows of the layout: what each module may import, of the package and of the system.
    static let arrows: [String: Set<String>] = [
        "Media": [],
        "MediaFiles": ["Media", "CMediaShims", "CSndFile", "Glibc", "Musl", "Darwin"],
        "EntropyCoding": [],
        "BitstreamFormat": ["EntropyCoding"],
        "EntropyModels": ["EntropyCoding"],
        "ProbabilisticCircuits": ["EntropyCoding", "IntegerKernels", "Glibc", "Foundation"],
        "IntegerKernels": ["CKernels", "Dispatch", "Synchronization"],
        "SampleCoding": ["EntropyCoding", "IntegerKernels", "Synchronization"],
        "WaveformCoding": ["EntropyCoding", "IntegerKernels"],
        "SpectralCoding": ["EntropyCoding", "IntegerKernels", "BitstreamFormat"],
        "LatentModels": ["IntegerKernels", "EntropyModels", "BitstreamFormat", "Synchronization"],
        "LatentCoding": ["LatentModels", "EntropyModels", "EntropyCoding", "IntegerKernels", "Synchronization"],
        "AudioCodec": [
            "SpectralCoding", "WaveformCoding", "EntropyCoding", "IntegerKernels", "BitstreamFormat", "Synchronization",
        ],
        "ImageCodec": [
            "LatentCoding", "LatentModels", "EntropyModels", "SampleCoding", "EntropyCoding", "IntegerKernels",
            "BitstreamFormat", "Media",
        ],
        "Analysis": ["LatentCoding", "LatentModels", "IntegerKernels"],
        "LatentRefinement": ["LatentCoding", "LatentModels", "EntropyModels", "IntegerKernels", "Ssimulacra2Constants"],
        "Ssimulacra2Constants": [],
        "QualityMetrics": ["Media", "Ssimulacra2Constants", "Glibc", "Darwin"],
        "SoundAnalysis": ["BitstreamFormat", "SpectralCoding", "IntegerKernels", "Glibc", "Foundation"],
        "Benchmarking": [
            "Media", "MediaFiles", "QualityMetrics", "BitstreamFormat", "CProcessShims", "FoundationEssentials", "Dispatch",
            "Synchronization", "Glibc", "Musl", "Darwin",
        ],
        "VCodecC": ["CVCodec", "VCodec", "Media"],
    ]

    /// The one file of the decoder that looks at the process's environment.
    static let environmentReader = "KernelImplementation.swift"

    @Test(arguments: decoderModules)
    func modulesOfTheDecoderHaveSources(module: String) {
        #expect(!SourceFile.all(of: module).isEmpty)
    }

    @Test(arguments: arrows.keys.sorted())
    func importsFollowTheArrows(module: String) throws {
        let allowed = try #require(Self.arrows[module])
        for file in SourceFile.all(of: module) {
            for found in file.imports where !allowed.contains(found) {
                let isException = module == "IntegerKernels" && file.name == Self.environmentReader
                    && ["Foundation", "FoundationEssentials"].contains(found)
                #expect(isException, "\(file) imports \(found)")
            }
        }
    }

    /// libsndfile has one door, and so has the system below `MediaFiles`.
    @Test(arguments: [("CSndFile", "MediaFiles/Sound/Library/"), ("Glibc", "MediaFiles/Sound/Bytes/SystemFile.swift")])
    func soundFilesHaveTwoDoors(library: String, path: String) {
        let users = SourceFile.all(of: "MediaFiles").filter { $0.imports.contains(library) }
        #expect(!users.isEmpty && users.allSatisfy { $0.path.hasPrefix(path) })
    }

    /// `Benchmarking` has two doors to the system; elsewhere it takes from there logarithms and powers alone.
    @Test func programsAreStartedInOnePlace() {
        let calls = SourceFile.all(of: "Benchmarking").filter { $0.code.contains(#/\b(posix_spawn|wait4|open|mkdtemp|stat)\(/#) }
        #expect(!calls.isEmpty && calls.allSatisfy { $0.path.hasPrefix("Benchmarking/System/") })
    }

    @Test func onlyTheFacadeImportsAnalysis() {
        for module in SourceFile.modules where module != "VCodec" {
            for file in SourceFile.all(of: module) {
                #expect(file.imports.allSatisfy { !["Analysis", "SoundAnalysis", "LatentRefinement"].contains($0) }, "\(file)")
            }
        }
    }

    /// And the façade's other face, for C.
    @Test func onlyProgramsImportTheFacade() {
        for module in SourceFile.modules where !["VCodecTool", "VCodecC"].contains(module) {
            for file in SourceFile.all(of: module) {
                #expect(!file.imports.contains("VCodec"), "\(file)")
            }
        }
    }

    @Test(arguments: decoderModules)
    func decodersHaveNoFloatingPoint(module: String) {
        for file in SourceFile.all(of: module) {
            for (number, line) in file.lines.enumerated() where FloatingPoint.isIn(line, of: module) {
                Issue.record("\(file):\(number + 1): \(line)")
            }
        }
    }

    /// `ProbabilisticCircuits` answers people in floating point; what it codes with is integers.
    @Test func coderOfTreesHasNoFloatingPoint() {
        let files = SourceFile.all(of: "ProbabilisticCircuits").filter { $0.path.contains("/IntegerTrees/") }
        #expect(!files.isEmpty)
        for file in files {
            for (number, line) in file.lines.enumerated() where FloatingPoint.isIn(line, of: "ProbabilisticCircuits") {
                Issue.record("\(file):\(number + 1): \(line)")
            }
        }
    }

    @Test func kernelsHaveNoFloatingPoint() {
        let files = SourceFile.all(of: "CKernels", extensions: ["c", "h"])
        #expect(!files.isEmpty)
        for file in files {
            for (number, line) in file.lines.enumerated() where FloatingPoint.isInC(line) {
                Issue.record("\(file):\(number + 1): \(line)")
            }
        }
    }
}

/// Recognises floating-point types, literals and intrinsics.
enum FloatingPoint {
    /// Swift. Progress is reported to people as a `Double`; `ImageCodec` may do that, and nothing else.
    static func isIn(_ line: Substring, of module: String) -> Bool {
        var line = String(line)
        if module == "ImageCodec" {
            line.replace("progress: ((Double) -> Void)?", with: "progress:")
            line.replace(#/^\s*progress\?\(Double\([\w. +]+\) / Double\([\w.]+\)\)$/#, with: "")
        }
        return line.contains(#/\b(Float|Double|Float16|Float32|Float64|Float80|CGFloat|Decimal|[Ff]loatingPoint)\b/#)
            || line.contains(#/(?:^|[^\w.$])\d[\d_]*\.\d|\b\d+[eE][-+]?\d+\b/#)
    }

    /// C: types, and vector intrinsics that end in `ps`, `pd` or `f32` and the like.
    static func isInC(_ line: Substring) -> Bool {
        line.contains(#/\b(float|double|_Float16|__m\d+d|float\d+x\d+_t)\b|\b_mm\w*_(ps|pd|ss|sd)\b|\bv\w+_f(16|32|64)\b/#)
    }
}

/// The recognisers themselves.
@Suite struct FloatingPointTests {
    @Test(arguments: [
        "let x: Double = y", "var f = Float(i)", "let x = 1.5", "a * 2e5", "func f(_: [Float16])", "x: (Double) -> Void",
        "progress?(Double(a) * Double(b))",
    ])
    func isFound(line: String) {
        #expect(FloatingPoint.isIn(line[...], of: "ImageCodec"))
    }

    @Test(arguments: [
        "let doubled = floatless", "0..<5", "1 << 40", "tuple.0.1", "$0.1", "let x = 0x1E5", "progress?(Double(a + 1) / Double(b))",
        "_ s: Int, progress: ((Double) -> Void)?",
    ])
    func isNotFound(line: String) {
        #expect(!FloatingPoint.isIn(line[...], of: "ImageCodec"))
    }

    @Test func progressIsAnExceptionOfOneModule() {
        #expect(FloatingPoint.isIn("progress: ((Double) -> Void)?", of: "LatentCoding"))
    }

    @Test(arguments: ["__m512d a;", "float x;", "_mm256_add_ps(a, b)", "vaddq_f32(a, b)"])
    func isFoundInC(line: String) {
        #expect(FloatingPoint.isInC(line[...]))
    }

    @Test func commentsAndTextsAreNoCode() {
        #expect(SourceFile.stripped("a // Double\nb /* Float\n */ c") == "a \nb \n c")
        #expect(SourceFile.stripped(#"x = "a Double \(Float(3))" + y"#) == #"x = "Float(3)" + y"#)
    }
}
