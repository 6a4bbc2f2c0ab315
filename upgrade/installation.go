package upgrade

// Product is what is upgraded.
type Product string

// The two products.
const (
	Leap       Product = "leap"
	DominoLeap Product = "domino-leap"
)

// Title is the vendor's name of the product.
func (p Product) Title() string {
	if p == DominoLeap {
		return "HCL Domino Leap"
	}
	return "HCL Leap"
}

// Runtime is the server software below the product.
type Runtime string

// The runtimes.
const (
	WAS     Runtime = "was"     // IBM WebSphere Application Server traditional
	Liberty Runtime = "liberty" // Open Liberty or WebSphere Liberty
	Domino  Runtime = "domino"
)

// Title is the vendor's short name of the runtime.
func (r Runtime) Title() string {
	switch r {
	case WAS:
		return "WebSphere"
	case Liberty:
		return "Liberty"
	case Domino:
		return "Domino"
	}
	return string(r)
}

// Installation is one product on one machine (or on one copied file system), as it was found. All paths are openable on the machine
// Springboard runs on: a root given with --root is part of them. A field that could not be determined is empty; Evidence tells for each
// filled field, by its JSON name, how it is known.
type Installation struct {
	ID      string  `json:"id"` // stable for the same place: product, cell or server, short hash of Home
	Product Product `json:"product"`
	Runtime Runtime `json:"runtime"`
	Version string  `json:"version"` // as the vendor writes it, e.g. "9.3.8.12"; empty when unknown
	Root    string  `json:"root"`    // "/" on the machine itself
	Home    string  `json:"home"`    // WAS: profile folder; Liberty: server folder; Domino: program folder

	Data     string `json:"data,omitempty"`     // Domino: data folder
	Program  string `json:"program,omitempty"`  // the folder the vendor replaces: HCL Leap.ear, or osgi/volt
	AppData  string `json:"app_data,omitempty"` // Domino: the volt folder
	Cell     string `json:"cell,omitempty"`
	LinkFile string `json:"link_file,omitempty"` // Domino: volt.link

	Nodes         []Node         `json:"nodes"`
	Logs          []LogFile      `json:"logs"`
	SettingsFiles []SettingsFile `json:"settings_files"`
	Extensions    Extensions     `json:"extensions"`
	Trace         Trace          `json:"trace"`
	DataSource    *DataSource    `json:"datasource"`
	BaseURL       string         `json:"base_url"` // scheme://host:port without the context; empty when unknown
	// Addresses are all base URLs that the configuration tells of, BaseURL first: a setting may be gone after an upgrade, a port may be closed.
	Addresses []string `json:"addresses,omitempty"`

	// Notes are things that a person should know and that fit no field, e.g. "data/volt exists but the plug-in is missing".
	Notes []string `json:"notes,omitempty"`

	Evidence map[string]Evidence `json:"evidence"`
}

// Node is a WAS node (or the only one of Liberty and Domino) with the servers on it.
type Node struct {
	Name    string   `json:"name"`
	Host    string   `json:"host,omitempty"`
	Profile string   `json:"profile,omitempty"` // WAS: folder of the profile the node lives in, empty when on another machine
	Servers []Server `json:"servers"`
}

// Server is one application server process.
type Server struct {
	Name    string `json:"name"`
	Type    string `json:"type,omitempty"` // APPLICATION_SERVER, NODE_AGENT, DEPLOYMENT_MANAGER ...
	HasLeap bool   `json:"has_leap"`
	Config  string `json:"config,omitempty"`   // its server.xml
	LogDir  string `json:"log_dir,omitempty"`  // folder of SystemOut.log
	PIDFile string `json:"pid_file,omitempty"` // where the server writes its process id while it runs
}

// LogMode is how a server writes its log.
type LogMode string

// The log modes.
const (
	LogText LogMode = "text"
	LogHPEL LogMode = "hpel" // binary, read with logViewer
	LogJSON LogMode = "json"
)

// LogFile is a log the installation writes (whether it exists right now or not).
type LogFile struct {
	Path   string  `json:"path"`
	Format string  `json:"format"` // was-basic, was-advanced, liberty, liberty-json, domino-console, cbe, eclipse, was-trace
	Mode   LogMode `json:"mode"`
	Role   string  `json:"role"` // main, error, trace, console
	Node   string  `json:"node,omitempty"`
	Server string  `json:"server,omitempty"`
	Exists bool    `json:"exists"`

	RolloverBytes int64 `json:"rollover_bytes,omitempty"` // 0: unknown or never
	RolloverFiles int   `json:"rollover_files,omitempty"` // rotated siblings kept
}

// SettingsFile is a file a person or Springboard edits.
type SettingsFile struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"` // leap-config, fsp, was-server, liberty-server, bootstrap, rcpinstall, notes-ini, resources, serverindex, volt-link
	Node   string `json:"node,omitempty"`
	Server string `json:"server,omitempty"`
	Exists bool   `json:"exists"`
}

// The ways an extensions directory is set; the last of these that is present wins.
const (
	ExtensionsDefault = "default"
	ExtensionsFSP     = "fsp.properties"
	ExtensionsJVM     = "jvm"
)

// Extensions is the extensions directory in force.
type Extensions struct {
	Dirs      []string `json:"dirs"`
	Source    string   `json:"source"`    // default, fsp.properties, jvm
	Confirmed bool     `json:"confirmed"` // the log's "Extensions folder:" line names the same
	Logged    string   `json:"logged,omitempty"`
}

// Trace is the state of trace strings.
type Trace struct {
	Configured string `json:"configured"` // from the configuration
	Running    string `json:"running"`    // from the log's last TRAS0017I / TRAS0018I; empty when not seen
	On         bool   `json:"on"`         // any of Leap's packages, or *, is traced in either
	// Other lists traced components that are not Leap's, for a note.
	Other []string `json:"other,omitempty"`
}

// DataSource is where Leap keeps its data. It never holds a password.
type DataSource struct {
	Kind     string `json:"kind"` // db2, postgresql, oracle, sqlite, derby, other
	Name     string `json:"name,omitempty"`
	JNDIName string `json:"jndi_name,omitempty"`
	Host     string `json:"host,omitempty"`
	Port     int    `json:"port,omitempty"`
	Database string `json:"database,omitempty"` // name; for sqlite the openable file
	Schema   string `json:"schema,omitempty"`
	URL      string `json:"url,omitempty"` // JDBC URL when the configuration has one, without credentials
	Alias    string `json:"alias,omitempty"`
}
