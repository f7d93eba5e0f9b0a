import VCodec

/// The samples of a file in rows that start at multiples of so many bytes, as graphics libraries like them.
func rows(in file: [UInt8], alignedTo alignment: Int) throws(CodecError) -> (memory: [UInt8], layout: ImageLayout) {
    let info = try StreamInfo(file)
    let row = ImageLayout(of: info).rowBytes
    let layout = ImageLayout(of: info, stride: (row + alignment - 1) / alignment * alignment)
    var memory = [UInt8](repeating: 0, count: layout.byteCount)
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    try ImageDecoder().decode(file, into: &bytes, layout: layout)
    return (memory, layout)
}
