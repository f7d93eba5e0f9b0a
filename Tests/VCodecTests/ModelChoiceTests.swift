import BitstreamFormat
import LatentModels
import Media
import Testing
import VCodec

/// Which of the models inside the program makes a file, and which reads it.
@Suite struct ModelChoiceTests {
    private let image = Scenes.picture(70, 50)

    private func file(_ tune: DistortionMeasure, effort: Int = 3, model: Model? = nil) throws -> [UInt8] {
        var options = EncodingOptions()
        (options.tune, options.effort, options.model) = (tune, Effort(effort), model)
        return try ImageEncoder(options: options).encode(image).bytes
    }

    private func modelOf(_ file: [UInt8]) throws -> String? { try StreamInfo(file).modelIdentity }

    @Test(arguments: [0, 3])
    func theMeasureChoosesTheModel(effort: Int) throws {
        #expect(try modelOf(file(.psnr, effort: effort)) == Model.standard.identity)
        #expect(try modelOf(file(.ssimulacra2, effort: effort)) == Model.visual.identity)
        if effort > 0 { #expect(try modelOf(file(.msSSIM, effort: effort)) == Model.standard(for: .msSSIM).identity) }
        #expect(Model.standard.identity != Model.visual.identity)
    }

    @Test(arguments: DistortionMeasure.allCases)
    func aModelThatIsGivenIsTaken(tune: DistortionMeasure) throws {
        for model in [Model.standard, .visual] { #expect(try modelOf(file(tune, model: model)) == model.identity) }
    }

    @Test func aDecoderTakesTheModelThatTheFileNames() throws {
        for tune in DistortionMeasure.allCases {
            let file = try file(tune)
            var options = DecodingOptions()
            options.model = .standard(for: tune)
            #expect(try ImageDecoder().decode(file).image == ImageDecoder(options: options).decode(file).image)
        }
    }

    @Test func aModelThatTheFileDoesNotNameIsRefused() throws {
        var options = DecodingOptions()
        options.model = .standard
        let error = CodecError.model(.identityMismatch(needed: Model.visual.identity, found: Model.standard.identity))
        let file = try file(.ssimulacra2)
        #expect(throws: error) { try ImageDecoder(options: options).decode(file) }
    }

    @Test func aModelThatNobodyHasIsRefusedWithTheNamesOfThoseInside() throws {
        var file = try file(.psnr)
        let header = try #require(StreamInfo(file).chunks.first), end = header.offset + header.length
        file.replaceSubrange(end - 12..<end - 4, with: 1...8)
        let check = CRC32C.checksum(of: file[header.offset..<end - 4])
        for i in 0..<4 { file[end - 4 + i] = UInt8(truncatingIfNeeded: check >> UInt32(8 * i)) }
        let both = "\(Model.standard.identity) or \(Model.visual.identity)"
        #expect(throws: CodecError.model(.identityMismatch(needed: "0102030405060708", found: both))) {
            try ImageDecoder().decode(file)
        }
    }
}
