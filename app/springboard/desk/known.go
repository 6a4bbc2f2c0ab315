package desk

import (
	"sync"

	"github.com/springboard-leap/springboard/assets"
	"github.com/springboard-leap/springboard/upgrade/settings"
)

// catalogue is what is known of Leap's settings; one that cannot be read knows nothing.
var catalogue = sync.OnceValue(func() settings.Catalogue {
	all, err := assets.Settings()
	if err != nil {
		return settings.Catalogue{}
	}
	known := make([]settings.Known, 0, len(all)+1)
	for _, s := range all {
		known = append(known, settings.Known(s))
	}
	return settings.NewCatalogue(append(known, settings.Known{Key: "extensions", Kind: "text", Restart: true,
		Meaning: "The extensions directory. A new .ear brings a fresh fsp.properties without it", Source: "Vendor's documentation on configuring the " +
			"extensions directory"}))
})

// dominoCatalogue is the same by the names in VoltConfig.nsf.
var dominoCatalogue = sync.OnceValue(func() settings.Catalogue { return settings.NewCatalogue(catalogue().Domino()) })

// Known implements settingsview.Engine.
func (d *Desk) Known(key string) (settings.Known, bool) {
	if k, ok := catalogue().Find(key); ok {
		return k, ok
	}
	return dominoCatalogue().Find(key)
}
