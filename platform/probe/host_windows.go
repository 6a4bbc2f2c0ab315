package probe

import (
	"context"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"

	"github.com/springboard-leap/springboard/upgrade/preflight"
)

func readOnly(dir string) bool {
	root, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return false
	}
	var volume [windows.MAX_PATH + 1]uint16
	if windows.GetVolumePathName(root, &volume[0], uint32(len(volume))) != nil {
		return false
	}
	var flags uint32
	err = windows.GetVolumeInformation(&volume[0], nil, 0, nil, nil, &flags, nil, 0)
	return err == nil && flags&windows.FILE_READ_ONLY_VOLUME != 0
}

// systemPowerStatus is SYSTEM_POWER_STATUS.
type systemPowerStatus struct {
	ACLineStatus, BatteryFlag, BatteryLifePercent, SystemStatusFlag byte
	BatteryLifeTime, BatteryFullLifeTime                            uint32
}

func power(_ context.Context, f *preflight.HostFacts) {
	var st systemPowerStatus
	proc := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemPowerStatus")
	if ok, _, _ := proc.Call(uintptr(unsafe.Pointer(&st))); ok != 0 {
		f.OnBattery = st.ACLineStatus == 0
	} else {
		f.Missing = append(f.Missing, "power supply")
	}
	for _, key := range []string{`SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired`,
		`SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending`} {
		if k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE); err == nil {
			k.Close()
			f.RebootPending, f.PendingDetails = true, "Windows Update"
		}
	}
	sleep, ok := sleepAfter()
	if !ok {
		f.Missing = append(f.Missing, "when the machine sleeps")
	}
	f.SleepAfter = sleep
}

// standby is the subgroup and setting of a power plan for sleep after inactivity.
const standby = `238c9fa8-0aad-41ed-83f4-97be242c8f20\29f6c1db-86da-48c5-9fdb-f2b67b1f44da`

// sleepAfter reads the active power plan; 0 means never.
func sleepAfter() (time.Duration, bool) {
	const base = `SYSTEM\CurrentControlSet\Control\Power\User\PowerSchemes`
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, base, registry.QUERY_VALUE)
	if err != nil {
		return 0, false
	}
	defer k.Close()
	active, _, err := k.GetStringValue("ActivePowerScheme")
	if err != nil {
		return 0, false
	}
	s, err := registry.OpenKey(registry.LOCAL_MACHINE, base+`\`+active+`\`+standby, registry.QUERY_VALUE)
	if err != nil {
		return 0, false
	}
	defer s.Close()
	seconds, _, err := s.GetIntegerValue("ACSettingIndex")
	return time.Duration(seconds) * time.Second, err == nil
}
