"""What people of the invented bank write: reports and remarks, in the language of its files. Nobody is named."""

from __future__ import annotations

TEXTS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "weekly": (
            "本週按計劃回訪優質客戶，到期理財均已聯繫。",
            "本週重點跟進代發客戶，新增意向三戶。",
            "本週大堂轉介較多，面談後已登記需求。",
            "本週上門拜訪兩戶，均有續存意向。",
            "本週基金銷售放緩，客戶多在觀望。",
            "本週補齊客戶檔案，尚有兩份待客戶簽字。",
        ),
        "monthly": (
            "本月存款平穩，月末有一筆大額轉出，已作挽留。",
            "本月保險進度落後，下月安排兩場客戶沙龍。",
            "本月完成季度維護計劃的大部分，餘下客戶已預約。",
            "本月新開理財金帳戶較多，後續維護需跟上。",
        ),
        "research": (
            "附近新開兩個樓盤，建議提前聯繫開發商及業主。",
            "同業下調理財起點，中年客戶詢問增多。",
            "商圈商戶收款方式變化，建議推介代扣及收單。",
            "社區老年客戶對保障型保險接受度提高。",
        ),
        "high": (
            "履職認真，客戶檔案及維護計劃完整。",
            "服務主動，廳堂巡查及時，繼續保持。",
            "產品匹配得當，客戶反映良好。",
        ),
        "middle": (
            "整體達標，面談記錄宜當日補齊。",
            "客戶維護正常，廳堂巡查可再加密。",
            "計劃執行尚可，新產品介紹宜更及時。",
        ),
        "low": (
            "維護計劃執行不足，請於下季改進。",
            "廳堂巡查次數偏少，需加強在崗管理。",
            "客戶分析較粗略，請補充需求評估。",
        ),
    },
    "en": {
        "weekly": (
            "Called premium clients as planned; every maturing product was followed up.",
            "Worked on payroll clients this week: three are interested.",
            "Many referrals from the lobby; needs were written down after each interview.",
            "Two visits outside; both clients mean to keep their deposits here.",
            "Funds sold slowly this week; clients wait and see.",
            "Completed client files; two still lack a signature.",
        ),
        "monthly": (
            "Deposits were steady; one large outflow at the month's end and a talk about it.",
            "Insurance is behind; two evenings for clients are planned for next month.",
            "Most of the quarter's maintenance plan is done; the others have appointments.",
            "Many new wealth-management accounts; maintenance must keep up with them.",
        ),
        "research": (
            "Two housing estates open nearby: see the developers and owners early.",
            "Another bank lowered the entry sum of wealth products; clients ask about it.",
            "Shops of the quarter change how they take payments: offer direct debit.",
            "Older clients nearby are more open to protection insurance than last year.",
        ),
        "high": (
            "Takes the duties seriously; client files and maintenance plans are complete.",
            "Friendly and prompt in the lobby; keep it up.",
            "Products suit the clients; they say so themselves.",
        ),
        "middle": (
            "On the whole as expected; write interviews down on the same day.",
            "Maintenance is in order; more rounds in the lobby are wanted.",
            "Plans are kept; tell clients of new products sooner.",
        ),
        "low": (
            "The maintenance plan was not carried out; improve next quarter.",
            "Too few rounds in the lobby; be there when on duty.",
            "Clients are known too little; complete the assessments of need.",
        ),
    },
}
