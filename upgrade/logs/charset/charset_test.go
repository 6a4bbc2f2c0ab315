package charset

import (
	"bytes"
	"strings"
	"testing"
)

func encode(t *testing.T, name, text string) []byte {
	t.Helper()
	c, ok := ByName(name)
	if !ok {
		t.Fatalf("no encoding %s", name)
	}
	if c.wide {
		var out []byte
		for _, r := range text {
			lo, hi := byte(r), byte(r>>8)
			if c.big {
				lo, hi = hi, lo
			}
			out = append(out, lo, hi)
		}
		return out
	}
	if c.enc == nil {
		return []byte(text)
	}
	b, err := c.enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

func TestTheEncodingOfALogIsDetectedWithoutALocale(t *testing.T) {
	for _, c := range []struct{ encoding, text string }{
		{"UTF-8", "[5/21/14 22:51:37:095 PDT] 0000001b Foo I plain ASCII\n"},
		{"UTF-8", "CWWKE0001I: Der Server defaultServer wurde gestartet. Größe geändert\n"},
		{"UTF-16LE", "CWWKE0001I: The server has been launched: Größe\n"},
		{"UTF-16BE", "CWWKE0001I: The server has been launched: Größe\n"},
		{"ISO-8859-1", "Der Server wurde für die Übersicht geändert, Größe 5. Übertragung schließt ab.\n"},
		{"windows-1252", "Der Schlüssel „Größe“ wurde geändert – l’été est là.\n"},
		{"windows-1250", "CWWKE0001I: Serwer został uruchomiony. Składnik śledzenia jest włączony. Aplikacja została zatrzymana, błąd źródła\n"},
		{"windows-1251", "CWWKE0001I: Сервер defaultServer запущен. Приложение остановлено.\n"},
		{"Shift_JIS", "CWWKE0001I: サーバー defaultServer が起動しました。アプリケーションを開始できません。\n"},
		{"Shift_JIS", "帳票アプリの更新が始まりました 12 ｱﾌﾟﾘ 中文\n"},
		{"Shift_JIS", "CWLEAP0042E: 更新に失敗しました。フォームは閉じています\n"},
		{"GBK", "错误：无法连接数据库，请联系管理员 42\n"},
		{"GBK", "CWWKE0001I: 服务器 defaultServer 已启动。应用程序无法启动，请检查日志。\n"},
	} {
		data := encode(t, c.encoding, strings.Repeat(c.text, 3))
		got := Detect("", data)
		if got.Name() != c.encoding {
			t.Errorf("%s was taken for %s", c.encoding, got.Name())
			continue
		}
		if text := string(got.Bytes(data)); text != strings.Repeat(c.text, 3) {
			t.Errorf("%s: %q", c.encoding, text)
		}
	}
}

func TestAWideLineEndsAtItsNewlineOnly(t *testing.T) {
	data := encode(t, "UTF-16LE", "a\u0a00b\ncd\n") // U+0A00 holds the byte of a newline
	if n := UTF16LE.Newline(data); n != 8 {
		t.Errorf("line ends at %d, want 8", n)
	}
}

func TestAStrayLineOfAnotherProgramIsStillReadable(t *testing.T) {
	if got := string(UTF8.Bytes([]byte("Gr\xf6\xdfe"))); got != "Größe" {
		t.Errorf("%q", got)
	}
}

func TestAStrayLineIsReadInTheCodePageThatTheLocaleOrTheOtherStrayLinesTell(t *testing.T) {
	ours := strings.Repeat("CWWKE0001I: gestartet, Größe geändert – サーバー\n", 40)
	for _, c := range []struct{ locale, encoding, text string }{
		{"pl_PL", "windows-1250", "Składnik śledzenia jest włączony"}, {"ru_RU", "windows-1251", "Приложение остановлено"}, {"ja_JP", "Shift_JIS", "アプリケーションを開始できません"},
		{"zh_CN", "GBK", "应用程序无法启动"}, {"de_DE", "windows-1252", "„Größe“ geändert"}, {"", "windows-1252", "Größe geändert"},
		{"", "windows-1251", "Приложение остановлено. Сервер defaultServer запущен."}, {"", "Shift_JIS", "アプリケーションを開始できません。サーバーが起動しました。"},
	} {
		line := encode(t, c.encoding, c.text)
		sample := append([]byte(ours), append(line, '\n')...)
		if got := Detect(c.locale, sample); got.Name() != "UTF-8" {
			t.Errorf("one line of %s makes the log %s", c.encoding, got.Name())
		}
		cs := UTF8.WithStray(DetectStray(c.locale, sample))
		if got := string(cs.Bytes(line)); got != c.text {
			t.Errorf("%s, locale %q: %q, want %q", c.encoding, c.locale, got, c.text)
		}
		if got := string(cs.Bytes([]byte(ours))); got != ours {
			t.Errorf("%s: a line in UTF-8 became %q", c.encoding, got)
		}
	}
}

func TestOneBrokenByteDoesNotSpoilTheRestOfALine(t *testing.T) {
	if got := string(UTF8.Bytes([]byte("Größe – geändert: \xe4 and Übersicht"))); got != "Größe – geändert: ä and Übersicht" {
		t.Errorf("%q", got)
	}
	half := "サーバー"[:4] // a character that was cut
	if got := string(UTF8.Bytes([]byte("Größe サーバー " + half))); !strings.HasPrefix(got, "Größe サーバー サ") {
		t.Errorf("%q", got)
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00"), "ja_JP")
	f.Add([]byte("\x83\x54\x81"), "")
	f.Fuzz(func(t *testing.T, data []byte, locale string) {
		c := Detect(locale, data)
		if out := c.Bytes(data); !c.Wide() && len(data) > 0 && len(out) == 0 {
			t.Errorf("%s: text is gone", c.Name())
		}
		if n := c.Newline(data); n < 0 || n > len(data) {
			t.Errorf("newline at %d of %d", n, len(data))
		}
		if c, ok := ByName(c.Name()); !ok || bytes.Contains([]byte(c.Name()), []byte(" ")) {
			t.Errorf("name %q is not found again", c.Name())
		}
	})
}
