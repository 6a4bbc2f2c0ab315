package desk

// SetLarge makes smaller logs stay on the disk.
func (d *Desk) SetLarge(bytes int64) { d.large = bytes }
