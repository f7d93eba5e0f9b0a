package import BitstreamFormat
package import IntegerKernels

/// From samples, as they come, to the bytes of a sound file (SPEC §17).
///
/// As many blocks as there are threads are coded side by side; that many are held.
package struct AudioStreamEncoder: Sendable {
    private let header: SoundHeader
    private let engine: IntegerEngine
    private let coder: BlockCoder
    private var writer = SoundBitstream.Writer()
    /// Not yet a block, or not yet as many as there are threads.
    private var waiting: SampleBlock

    package init(header: SoundHeader, engine: IntegerEngine) {
        self.header = header
        self.engine = engine
        coder = BlockCoder(header: header, kernels: engine.implementation)
        waiting = SampleBlock(empty: header)
    }

    /// The first bytes of the file.
    package func begin(metadata: [MetadataPayload]) -> [UInt8] { writer.begin(header, metadata: metadata) }

    /// Takes the next samples and gives the bytes that are ready.
    package mutating func append(_ samples: SampleBlock) -> [UInt8] {
        waiting.append(samples)
        let ready = waiting.frames / header.blockLength
        return ready < engine.threads ? [] : encode(blocks: ready)
    }

    /// The bytes that are left, when all samples are in.
    package mutating func finish() -> [UInt8] {
        let bytes = encode(blocks: (waiting.frames + header.blockLength - 1) / header.blockLength)
        return bytes + writer.finish()
    }

    private mutating func encode(blocks count: Int) -> [UInt8] {
        let (all, length, coder) = (waiting, header.blockLength, coder)
        let payloads = engine.map(Array(0..<count)) { block in
            coder.encode(all[block * length..<min((block + 1) * length, all.frames)])
        }
        waiting = all[min(count * length, all.frames)..<all.frames]
        var bytes: [UInt8] = []
        for payload in payloads { bytes += writer.append(payload) }
        return bytes
    }
}
