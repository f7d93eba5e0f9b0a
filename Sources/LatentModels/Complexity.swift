internal import IntegerKernels

/// Counting multiplications: what decoding costs, whatever the machine.
extension HierarchicalVAE {
    /// Multiplications for each pixel of a picture whose sides are divisible by 64.
    package var productsPerPixel: Int {
        let synthesis = tail.reduce(out.products) { $0 + $1.products }
        let total = levels.enumerated().reduce(64 * synthesis) { sum, level in
            // A position of level l covers 64 · 4^l pixels; in 1/64 of a level-0 position.
            sum + level.element.products * 64 >> (2 * level.offset)
        }
        return (total / 64 + 63) / 64
    }
}

extension LatentLevel {
    fileprivate var products: Int {
        let latents = blocks.reduce(0) { sum, block in
            let atActive = block.prior.products + block.fuse.products
            return sum + block.front.products + (block.phase == .all ? atActive : atActive / 2)
        }
        return latents + (ascent.map { $0.end.products + $0.up.products } ?? 0)
    }
}

extension ResidualBlock {
    fileprivate var products: Int {
        depthwise.kernel * depthwise.kernel * depthwise.channels + expand.products + project.products
    }
}

extension PackedPointwise {
    fileprivate var products: Int { inputs * outputs }
}
