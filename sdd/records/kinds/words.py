"""Words that sdd knows in seventeen languages: en de fr es pt it nl pl ru uk tr ja zh ko ar ur hi."""

DONE = (
    *("done", "complete", "completed", "finished", "implemented", "erledigt", "fertig", "abgeschlossen"),
    *("terminé", "terminée", "fait", "fini", "hecho", "hecha", "completado", "completada", "terminado", "terminada"),
    *("concluído", "concluída", "feito", "feita", "fatto", "completato", "completata", "klaar", "voltooid"),
    *("gotowe", "zrobione", "ukończone", "готово", "выполнено", "сделано", "завершено", "виконано", "зроблено"),
    *("tamamlandı", "bitti", "完了", "完成", "已完成", "완료", "تم", "مكتمل", "مکمل", "पूर्ण"),
)
"""What says in a column or a line that a task is done."""

STATUS = (
    *("status", "state", "progress", "done", "zustand", "statut", "état", "estado", "stato", "toestand", "stan"),
    *("статус", "состояние", "стан", "durum", "状態", "状况", "状态", "狀態", "상태", "الحالة", "حالت", "स्थिति"),
)
"""What a column or a line about the status is called."""

TASK = (
    *("task", "aufgabe", "tâche", "tarea", "tarefa", "attività", "taak", "zadanie", "задача", "завдання", "görev"),
    *("タスク", "任务", "任務", "작업", "과제", "مهمة", "المهمة", "کام", "कार्य"),
)
"""What a column of tasks is called."""
