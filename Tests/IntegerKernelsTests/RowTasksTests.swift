@testable import IntegerKernels
internal import Synchronization
import Testing

@Suite struct RowTasksTests {
    @Test(arguments: [0, 1, 2, 3, 7, 8, 64, 1000], [1, 2, 3, 16])
    func everyRowIsWorkedOnOnce(count: Int, threads: Int) {
        for atLeast in [1, 5, 2000] {
            let visits = Mutex([Int](repeating: 0, count: count))
            RowTasks.run(count, threads: threads, atLeast: atLeast) { rows in
                visits.withLock { for row in rows { $0[row] += 1 } }
            }
            #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
        }
    }
}
