package import EntropyCoding

extension BitstreamError.StreamDefect {
    package init(_ error: ExpGolombError) {
        switch error {
        case .tooLong: self = .excessTooLong
        }
    }

    package init(_ error: PlaneError) {
        switch error {
        case .residualOutOfRange(let row): self = .residualOutOfRange(row: row)
        }
    }
}
