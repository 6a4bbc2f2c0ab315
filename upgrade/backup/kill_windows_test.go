package backup_test

// Processes are killed on Unix only.
const victimEnv = "SPRINGBOARD_TEST_VICTIM"

func beVictim() int { return 2 }
