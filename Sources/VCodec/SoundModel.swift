internal import CModels
package import SpectralCoding

extension SpectralModel {
    /// The model of lossy sound inside the program (SPEC §18).
    package static let standard: SpectralModel = {
        var size = 0
        let start = unsafe vc_default_sound_model(&size)
        do {
            return try unsafe SpectralModel(Array(UnsafeBufferPointer(start: start, count: size)))
        } catch {
            preconditionFailure("the embedded sound model is damaged: \(error)")
        }
    }()
}
