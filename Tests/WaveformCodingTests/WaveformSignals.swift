import TestSupport

/// Signals to code, by what is hard about them.
enum Signal: String, CaseIterable, Sendable {
    case silence, constant, noise, square, ramp, tone, wasted, bursts, lowest

    /// `[channel][frame]`
    func block(channels: Int, bits: Int, frames: Int, using generator: inout SeededGenerator) -> [[Int32]] {
        let least = Int64(-1) << Int64(bits - 1), most = -1 - least
        return (0..<channels).map { channel in
            var state = (level: Int64.random(in: least...most, using: &generator), slope: most / 16)
            return (0..<frames).map { frame -> Int32 in
                let any = Int64.random(in: least...most, using: &generator)
                switch self {
                case .silence: return 0
                case .constant: return Int32(state.level)
                case .noise: return Int32(any)
                case .square: return Int32(frame / 37 % 2 == channel % 2 ? least : most)
                case .ramp: return Int32(min(max(least + Int64(frame * (channel + 1)), least), most))
                case .tone:
                    // A resonator in integers: level'' = −level / 64.
                    state.slope -= state.level / 64
                    state.level = min(max(state.level + state.slope, least), most)
                    return Int32(min(max(state.level + any >> Int64(max(1, bits - 3)), least), most))
                case .wasted: return Int32((any >> Int64(bits / 2)) << Int64(bits / 2))
                case .bursts: return frame % 400 < 40 ? Int32(any) : Int32(any >> Int64(bits - 1))
                case .lowest: return Int32(least)
                }
            }
        }
    }
}
