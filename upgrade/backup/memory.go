package backup

import "sync"

// slab is how much memory is asked for at a time: pieces of one slab lie in huge pages together, and what aligning it wastes counts little.
const slab = 8 * chunk

// memory hands out the buffers of one operation, a chunk each. They live as long as the operation: what a worker has it uses again.
type memory struct {
	fs FS
	// whole is false where a single buffer is needed: then no more than that is asked for.
	whole bool

	mu   sync.Mutex
	free []byte
}

// chunk gives one buffer. Any goroutine.
func (m *memory) chunk() []byte { return m.take(chunk) }

// take gives a buffer of n bytes, a multiple of chunk and a slab at most. Any goroutine.
func (m *memory) take(n int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.free) < n {
		size := n
		if m.whole {
			size = slab
		}
		m.free = m.fs.Buffer(size)
	}
	buf := m.free[:n:n]
	m.free = m.free[n:]
	return buf
}

// newLane is a lane for work outside of a conveyor.
func newLane(fsys FS) *lane { return &lane{fs: fsys, mem: &memory{fs: fsys}} }
