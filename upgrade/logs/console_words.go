package logs

import (
	"sync"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// localWords are the names of levels in the languages that the server speaks, and the encodings in which servers of that language write.
var localWords = []struct {
	encodings []encoding.Encoding
	words     map[string]byte
}{
	{[]encoding.Encoding{japanese.ShiftJIS, japanese.EUCJP}, map[string]byte{"監査": 'A', "情報": 'I', "警告": 'W', "エラー": 'E', "致命的": 'F', "重大": 'E'}},
	{[]encoding.Encoding{simplifiedchinese.GBK}, map[string]byte{"审计": 'A', "信息": 'I', "警告": 'W', "错误": 'E', "致命": 'F', "严重": 'E'}},
	{[]encoding.Encoding{traditionalchinese.Big5}, map[string]byte{"審核": 'A', "資訊": 'I', "警告": 'W', "錯誤": 'E', "嚴重": 'E', "致命": 'F'}},
	{[]encoding.Encoding{korean.EUCKR}, map[string]byte{"감사": 'A', "정보": 'I', "경고": 'W', "오류": 'E', "심각": 'E', "치명적": 'F'}},
	{[]encoding.Encoding{charmap.Windows1252}, map[string]byte{
		"WARNUNG": 'W', "INFORMATION": 'I', "FEHLER": 'E', "SCHWERWIEGEND": 'E', "PRÜFUNG": 'A',
		"AVERTISSEMENT": 'W', "INFOS": 'I', "ERREUR": 'E', "GRAVE": 'E',
		"ADVERTENCIA": 'W', "INFORMACIÓN": 'I', "AUDITORÍA": 'A', "AVISO": 'W', "ADVERTÊNCIA": 'W', "INFORMAÇÕES": 'I', "AUDITORIA": 'A', "ERRO": 'E',
		"AVVERTENZA": 'W', "INFORMAZIONI": 'I', "ERRORE": 'E', "VERIFICA": 'A',
		"VARNING": 'W', "FEL": 'E',
	}},
	{[]encoding.Encoding{charmap.Windows1250, charmap.ISO8859_2}, map[string]byte{
		"OSTRZEŻENIE": 'W', "INFORMACJE": 'I', "KONTROLA": 'A', "BŁĄD": 'E', "VAROVÁNÍ": 'W', "INFORMACE": 'I', "CHYBA": 'E',
		"FIGYELMEZTETÉS": 'W', "INFORMÁCIÓ": 'I', "HIBA": 'E', "AVERTISMENT": 'W', "EROARE": 'E',
	}},
	{[]encoding.Encoding{charmap.Windows1251}, map[string]byte{"ПРЕДУПРЕЖДЕНИЕ": 'W', "ИНФОРМАЦИЯ": 'I', "ОШИБКА": 'E', "КОНТРОЛЬ": 'A', "АУДИТ": 'A'}},
}

// levelWords are the words as they stand in a file: in UTF-8 and in the encodings of their languages.
var levelWords = sync.OnceValue(func() map[string]byte {
	all := map[string]byte{}
	for _, w := range localWords {
		for word, letter := range w.words {
			all[word] = letter
			for _, e := range w.encodings {
				if data, err := e.NewEncoder().String(word); err == nil {
					all[data] = letter
				}
			}
		}
	}
	return all
})
