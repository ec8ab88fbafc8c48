"""Words that sdd knows in seventeen languages: en de fr es pt it nl pl ru uk tr ja zh ko ar ur hi."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from sdd.base.regex import regex
from sdd.document.body import plain_title

USER_SCENARIOS, REQUIREMENTS, SUCCESS_CRITERIA = "User Scenarios & Testing", "Requirements", "Success Criteria"
CONSTITUTION_CHECK = "Constitution Check"

SECTIONS: Mapping[str, tuple[str, ...]] = {
    USER_SCENARIOS: (
        *("user scenarios & testing", "user scenarios"),
        *("user stories", "user scenarios & acceptance criteria"),
        *("nutzerszenarien & tests", "nutzerszenarien und tests", "nutzerszenarien", "benutzerszenarien"),
        *("benutzerszenarien und tests", "szenarien und tests", "nutzergeschichten", "anwendungsszenarien"),
        *("scénarios utilisateur et tests", "scénarios utilisateur"),
        *("scénarios utilisateurs", "récits utilisateur"),
        *("escenarios de usuario y pruebas", "escenarios de usuario", "historias de usuario"),
        *("cenários de usuário e testes", "cenários do usuário e testes"),
        *("cenários de usuário", "cenários do usuário"),
        *("cenários de utilizador e testes", "histórias de usuário", "histórias de utilizador"),
        *("scenari utente e test", "scenari utente", "storie utente"),
        *("gebruikersscenario's en tests", "gebruikersscenario's", "gebruikersverhalen"),
        *("scenariusze użytkownika i testy", "scenariusze użytkownika", "historie użytkownika"),
        *("пользовательские сценарии и тестирование", "пользовательские сценарии", "сценарии использования"),
        *("сценарии пользователя и тестирование", "сценарии пользователя", "пользовательские истории"),
        *("сценарії користувача та тестування", "сценарії користувача"),
        *("користувацькі сценарії", "історії користувача"),
        *("kullanıcı senaryoları ve testler", "kullanıcı senaryoları ve test", "kullanıcı senaryoları"),
        *("kullanıcı hikayeleri", "ユーザーシナリオとテスト"),
        *("ユーザーシナリオ & テスト", "ユーザーシナリオ"),
        *("ユーザーストーリー", "用户场景与测试", "用户场景和测试"),
        *("用户场景", "用户故事", "用戶場景與測試", "用戶故事"),
        *("使用者情境與測試", "使用者場景與測試", "使用者情境", "使用者場景", "使用者故事"),
        *("사용자 시나리오 및 테스트", "사용자 시나리오와 테스트"),
        *("사용자 시나리오 & 테스트", "사용자 시나리오"),
        *("사용자 스토리", "سيناريوهات المستخدم والاختبار", "سيناريوهات المستخدم", "قصص المستخدم"),
        *("صارف کے منظرنامے اور جانچ", "صارف کے منظرنامے", "صارف کی کہانیاں"),
        *("उपयोगकर्ता परिदृश्य और परीक्षण", "उपयोगकर्ता परिदृश्य", "उपयोगकर्ता कहानियाँ"),
    ),
    REQUIREMENTS: (
        *("requirements", "functional requirements"),
        *("anforderungen", "funktionale anforderungen", "exigences"),
        *("exigences fonctionnelles", "requisitos"),
        *("requisitos funcionales", "requisitos funcionais", "requerimientos"),
        *("requisiti", "requisiti funzionali", "vereisten"),
        *("eisen", "functionele vereisten", "functionele eisen"),
        *("wymagania", "wymagania funkcjonalne", "требования", "функциональные требования"),
        *("вимоги", "функціональні вимоги"),
        *("gereksinimler", "işlevsel gereksinimler", "fonksiyonel gereksinimler"),
        *("要件", "機能要件", "要求", "要求事項", "需求"),
        *("功能需求", "功能要求", "요구사항", "요구 사항", "기능 요구사항"),
        *("기능 요구 사항", "المتطلبات", "متطلبات", "المتطلبات الوظيفية", "تقاضے", "ضروریات", "فعالی تقاضے"),
        *("आवश्यकताएँ", "आवश्यकताएं", "कार्यात्मक आवश्यकताएँ"),
    ),
    SUCCESS_CRITERIA: (
        *("success criteria", "erfolgskriterien", "critères de succès", "critères de réussite"),
        *("criterios de éxito", "critérios de sucesso"),
        *("critérios de êxito", "criteri di successo", "succescriteria"),
        *("kryteria sukcesu", "критерии успеха", "критерії успіху", "başarı kriterleri", "başarı ölçütleri"),
        *("成功基準", "成功条件", "成功标准", "成功标淮", "成功標準"),
        *("成功指標", "验收标准", "驗收標準", "성공 기준", "성공 조건"),
        *("완료 조건", "معايير النجاح", "کامیابی کے معیار"),
        *("کامیابی کا معیار", "सफलता मानदंड", "सफलता के मानदंड"),
    ),
    CONSTITUTION_CHECK: ("constitution check",),
}
"""The sections of specs and plans by their canonical headings, and what else they are called."""

SPEC_SECTIONS = (USER_SCENARIOS, REQUIREMENTS, SUCCESS_CRITERIA)
"""Those that every spec has."""

CONSTITUTION = (
    *("constitution", "verfassung", "grundsätze", "constitución", "constituição", "costituzione", "grondwet"),
    *("konstytucj", "конституци", "конституці", "anayasa", "憲法", "憲章", "宪法", "宪章", "章程", "原則", "原则"),
    *("헌법", "헌장", "دستور", "آئین", "संविधान"),
)
"""What the heading of a plan's constitution check has in it."""

STORY = (
    *("nutzergeschichte", "benutzergeschichte"),
    *("anwendergeschichte", "récit utilisateur", "histoire utilisateur"),
    *("scénario utilisateur", "historia de usuario", "história de usuário", "história do usuário"),
    *("história de utilizador", "storia utente"),
    *("gebruikersverhaal", "historia użytkownika", "historyjka użytkownika"),
    *("пользовательская история", "история пользователя", "користувацька історія", "історія користувача"),
    *("kullanıcı hikayesi", "kullanıcı öyküsü", "ユーザーストーリー", "ユーザストーリー"),
    *("用户故事", "用戶故事", "使用者故事"),
    *("사용자 스토리", "유저 스토리", "قصة المستخدم"),
    *("صارف کی کہانی", "उपयोगकर्ता कहानी", "उपयोगकर्ता की कहानी"),
)
"""A user story, but for the English words."""

GIVEN = (
    *("given", "gegeben", "gegeben sei", "angenommen", "étant donné"),
    *("etant donné", "soit", "dado", "dada", "dados"),
    *("dato", "data", "dati", "gegeven", "stel"),
    *("zakładając", "mając", "biorąc pod uwagę", "дано", "допустим"),
    *("пусть", "припустимо", "нехай", "diyelim ki", "varsayalım"),
    *("前提", "假设", "假如", "假設", "给定", "給定"),
    *("먼저", "조건", "주어진", "بفرض", "بالفرض", "اگر", "فرض کریں", "यदि", "चूंकि", "अगर", "मान लीजिए"),
)
WHEN = (
    *("when", "wenn", "quand", "lorsque", "cuando", "quando"),
    *("wanneer", "als", "kiedy", "gdy", "jeżeli", "когда"),
    *("если", "коли", "якщо", "eğer", "eğer ki", "olduğunda"),
    *("もし", "とき", "当", "當", "만일", "만약", "하면"),
    *("متى", "عندما", "جب", "जब"),
)
THEN = (
    *("then", "dann", "alors", "entonces", "então", "entao", "allora", "dan", "wtedy", "тогда", "тоді"),
    *("o zaman", "ならば", "那么", "那麼", "则", "則", "그러면", "اذاً", "إذن", "فإن", "تب", "तब", "तो"),
)
"""The steps of a scenario."""

DONE = (
    *("done", "complete", "completed", "finished", "implemented", "erledigt", "fertig", "abgeschlossen"),
    *("terminé", "terminée", "fait", "fini", "hecho"),
    *("hecha", "completado", "completada", "terminado", "terminada"),
    *("concluído", "concluída", "feito", "feita", "fatto", "completato", "completata", "klaar", "voltooid"),
    *("gotowe", "zrobione", "ukończone", "готово"),
    *("выполнено", "сделано", "завершено", "виконано", "зроблено"),
    *("tamamlandı", "bitti", "完了", "完成", "已完成", "완료", "تم", "مكتمل", "مکمل", "पूर्ण"),
)
"""What says in a column or a line that a task is done."""

STATUS = (
    *("status", "state", "progress", "done", "zustand"),
    *("statut", "état", "estado", "stato", "toestand", "stan"),
    *("статус", "состояние", "стан", "durum", "状態", "状况"),
    *("状态", "狀態", "상태", "الحالة", "حالت", "स्थिति"),
)
"""What a column or a line about the status is called."""

DECIDED: dict[str, tuple[str, ...]] = {
    "Accepted": (
        *("angenommen", "akzeptiert", "beschlossen", "accepté"),
        *("acceptée", "adopté", "adoptée", "aceptado", "aceptada"),
        *("aceito", "aceita", "aprovado", "aprovada", "accettato", "accettata", "geaccepteerd", "zaakceptowany"),
        *("przyjęty", "принято", "принят", "прийнято", "kabul", "承認", "承認済み", "採択", "採用"),
        *("已接受", "已采纳", "已批准", "已採納", "已通过", "승인", "승인됨", "채택", "채택됨", "مقبول", "منظور"),
    ),
    "Proposed": (
        *("vorgeschlagen", "entwurf", "proposé", "proposée", "propuesto", "propuesta", "proposto", "proposta"),
        *("voorgesteld", "zaproponowany", "предложено", "предложен", "запропоновано", "önerildi", "提案", "提案中"),
        *("提议", "拟议", "草案", "제안", "제안됨", "مقترح"),
    ),
    "Superseded": (
        *("ersetzt", "remplacé", "remplacée", "reemplazado", "substituído", "sostituito", "vervangen", "zastąpiony"),
        *("заменено", "заменён", "замінено", "置き換え", "已取代", "被取代", "대체됨"),
    ),
    "Rejected": (
        *("abgelehnt", "verworfen", "rejeté", "rejetée", "rechazado", "rejeitado", "respinto", "afgewezen"),
        *("odrzucony", "отклонено", "отклонён", "відхилено", "reddedildi"),
        *("却下", "已拒绝", "已否决", "거부됨", "مرفوض"),
    ),
    "Deprecated": (
        *("veraltet", "déprécié", "obsolète", "obsoleto", "deprecato", "verouderd", "przestarzały", "устарело"),
        *("застаріло", "非推奨", "廃止", "已弃用", "已废弃", "폐기됨"),
    ),
}
"""The status of a decision -> what it is called in other languages."""

TASK = (
    *("task", "aufgabe", "tâche", "tarea", "tarefa"),
    *("attività", "taak", "zadanie", "задача", "завдання", "görev"),
    *("タスク", "任务", "任務", "작업", "과제", "مهمة", "المهمة", "کام", "कार्य"),
)
"""What a column of tasks is called."""

_WIDE_REMARK = regex(r"\uff08[^\uff08\uff09]*\uff09")
_LETTER_BEHIND = r"(?![^\W_])"
# The first and last characters of scripts that put no space between words.
_UNSPACED = (("\u3040", "\u30ff"), ("\u4e00", "\u9fff"))


def section_key(title: str) -> str:
    """A heading for comparing."""
    return plain_title(_WIDE_REMARK.sub("", title[:200])).replace("&", "and").replace("\uff06", "and")


def section_of(title: str, own: Mapping[str, Iterable[str]] | None = None) -> str | None:
    """The canonical heading of a section of a spec; `own` are a team's words for it, beside those known here."""
    name = section_key(title)
    known = _by_title().get(name)
    return known or next((key for key, words in (own or {}).items() if name in map(section_key, words)), None)


@cache
def _by_title() -> Mapping[str, str]:
    canonical = {section_key(key): key for key in SECTIONS}
    return {section_key(word): key for key, words in SECTIONS.items() for word in words} | canonical


def small(text: str) -> str:
    """A text for looking words up in it, whatever their case; as many letters, and in Turkish both of the i one."""
    lowered = text.lower()
    if len(lowered) > len(text):  # an I with a dot becomes two letters
        lowered = "".join(letter.lower()[0] for letter in text)
    return lowered.replace("\u0131", "i")


def one_of(words: Iterable[str]) -> str:
    """A pattern of one of some words, as a whole word in scripts that put spaces between words."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + ("" if _is_unspaced(word[-1]) else _LETTER_BEHIND) for word in ordered)


def _is_unspaced(letter: str) -> bool:
    return any(first <= letter <= last for first, last in _UNSPACED)
