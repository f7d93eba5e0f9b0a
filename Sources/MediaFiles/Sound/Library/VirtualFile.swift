import CSndFile

/// What libsndfile reads from or writes to: its calls come here, and go on to a source or a sink.
///
/// libsndfile knows no errors of the system below; the first one is kept and ends the file for it.
final class VirtualFile {
    private let source: ByteSource?
    private let sink: ByteSink?
    private(set) var failure: MediaFileError?

    init(_ source: ByteSource) {
        self.source = source
        sink = nil
    }

    init(_ sink: ByteSink) {
        self.sink = sink
        source = nil
    }

    /// The functions that libsndfile is given; their last argument is the `VirtualFile`.
    static var calls: SF_VIRTUAL_IO {
        unsafe SF_VIRTUAL_IO(
            get_filelen: { unsafe VirtualFile.from($0).length },
            seek: { offset, whence, file in unsafe VirtualFile.from(file).seek(Int(offset), whence) },
            read: { bytes, count, file in
                unsafe VirtualFile.from(file).read(UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
            },
            write: { bytes, count, file in
                unsafe VirtualFile.from(file).write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            },
            tell: { unsafe VirtualFile.from($0).position })
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> VirtualFile {
        unsafe Unmanaged<VirtualFile>.fromOpaque(pointer!).takeUnretainedValue()
    }

    private var length: sf_count_t { sf_count_t(source?.length ?? sink?.length ?? 0) }
    private var position: sf_count_t { sf_count_t(source?.position ?? sink?.position ?? 0) }

    /// Numbers from a damaged file come here as they are: places that cannot be are refused.
    private func seek(_ offset: Int, _ whence: Int32) -> sf_count_t {
        let base = whence == SF_SEEK_SET ? 0 : whence == SF_SEEK_CUR ? Int(position) : Int(length)
        let (place, overflows) = base.addingReportingOverflow(offset)
        guard !overflows, 0..<1 << 62 ~= place else { return -1 }
        source?.seek(to: place)
        sink?.seek(to: place)
        return sf_count_t(place)
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> sf_count_t {
        guard failure == nil, let source else { return 0 }
        do throws(MediaFileError) {
            return sf_count_t(try unsafe source.read(into: buffer))
        } catch {
            failure = error
            return 0
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> sf_count_t {
        guard failure == nil, let sink else { return 0 }
        do throws(MediaFileError) {
            unsafe try sink.write(bytes)
            return sf_count_t(bytes.count)
        } catch {
            failure = error
            return 0
        }
    }
}
