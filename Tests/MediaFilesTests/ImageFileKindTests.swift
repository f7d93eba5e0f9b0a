import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct ImageFileKindTests {
    @Test(arguments: [
        ("a.png", ImageFileKind.png), ("dir.pgm/b.PNG", .png), ("c.tar.ppm", .netpbm(.ppm)),
        ("x.pbm", .netpbm(.pbm)), ("x.Pgm", .netpbm(.pgm)), ("x.pam", .netpbm(.pam)),
        (".pnm", .netpbm(.pnm)),
    ])
    func namesChooseTheKind(_ name: String, _ kind: ImageFileKind) throws {
        #expect(try ImageFileKind(fileName: name) == kind)
    }

    @Test(arguments: [("a.jpg", "jpg"), ("png", ""), ("a.", ""), ("a.png/b", ""), ("", "")])
    func otherNamesAreRefused(_ name: String, _ found: String) {
        let known = ["png", "pbm", "pgm", "ppm", "pam", "pnm"]
        #expect(throws: MediaFileError.unknownExtension(found, known: known)) {
            try ImageFileKind(fileName: name)
        }
    }

    @Test func contentsTellTheKind() throws {
        let kinds: [(String, ImageFileKind.NetpbmFormat)] = [
            ("P1\n", .pbm), ("P2#", .pgm), ("P3 ", .ppm), ("P4\t", .pbm), ("P5\r\n", .pgm),
            ("P6", .ppm), ("P7\n", .pam),
        ]
        for (text, format) in kinds {
            #expect(try ImageFileKind(recognizing: Array(text.utf8)) == .netpbm(format))
        }
        #expect(try ImageFileKind(recognizing: PNGContainer.signature + [0]) == .png)
        #expect(try ImageFileKind(recognizing: [0x89, 0x50]) == .png)
    }

    @Test(arguments: ["P", "P8\n", "P61", "Party", "<svg>", "\u{89}PNG"])
    func otherContentsAreRefused(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: MediaFileError.unrecognized(found: Array(bytes.prefix(8)))) {
            try ImageFileReader().read(bytes)
        }
        #expect(throws: MediaFileError.empty) { try ImageFileReader().read([]) }
    }

    @Test func oneCallReadsWhatOneCallWrote() throws {
        let image = randomImage(width: 5, height: 3, format: PixelFormat(.rgb, .eight), seed: 1)
        for name in ["a.png", "a.ppm", "a.pnm", "a.pam"] {
            let bytes = try ImageFileWriter(ImageFileKind(fileName: name)).write(image)
            #expect(try ImageFileReader().read(bytes) == ImageFile(image: image))
        }
    }
}
