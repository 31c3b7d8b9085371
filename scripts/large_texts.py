"""Made-up names and sentences of a large organization: long and short, in several languages and scripts."""
# ruff: noqa: RUF001 - names in other scripts are meant

PEOPLE = (
    "王小明", "李 娜", "Αλέξανδρος Παπαδόπουλος", "Ελένη Κυριάκου", "فاطمة الزهراء بنت عبد الرحمن", "يوسف الحداد",
    "Nguyễn Thị Minh Khai", "Søren Ødegård", "Zoë Çelik", "Łukasz Brzęczyszczykiewicz", "O", "Dr. Maria-Theresia von Hohenberg-Langenfeld zu Altstadt",
    "Ana Sofía Rodríguez de la Cruz y Villanueva", "Jürgen Größmann", "佐藤 花子", "김민준", "Иван Петров", "Ольга Соколова",
    "Priya Raghunathan", "Oluwaseun Adébáyò", "Siân Llewellyn", "Björn Þórsson", "דוד לוי", "สมชาย ใจดี",
    "Jean-Baptiste Lefèvre", "Chiara D’Angelo", "Bo", "Xóchitl Hernández", "Amélie Dupont", "Tomáš Dvořák",
    "Mónika Szűcs", "Andrei Ionescu", "Kaja Kaљева", "Mehmet Yıldız", "Hawaʻi Kealoha", "Ngozi Okonkwo",
    "Rūta Kazlauskienė", "Ilse van den Broek", "张伟", "陈静怡", "Σωκράτης Δήμου", "ليلى المصري",
    "Aoife Ní Bhriain", "Gwyn ap Rhys", "Sári Kovács", "Matti Mäkinen", "Elif Şahin", "Pál Nagy",
    "Inês Conceição", "Dragan Đorđević", "Ravi K.", "Charlotte Müller-Lüdenscheidt",
)  # fmt: skip
PARTNERS = (
    "北方铁路联合有限公司", "شركة الخليج للطاقة المتجددة", "Ελληνική Ναυτιλιακή Συμμαχία", "Østfold Havvind AS", "K",
    "Sustainable Infrastructure, Rolling Stock and Signalling Maintenance Consortium of the Northern and Western Regions Limited",
    "🌱 Greenfold", "Müller & Söhne Präzisionswerkzeugbau GmbH & Co. KG", "Société d’Aménagement du Val-de-Loire", "東京共創株式会社",
    "한빛 네트웍스", "Волга Логистика", "Companhia Atlântica de Águas e Saneamento", "Łódzkie Zakłady Energetyczne", "Brightwater",
    "Corvid Systems", "Halden Quay", "Penrose Civil", "Tamar Data", "Alder Vale Health Trust", "Ibex Rail Services",
    "Nimbus Cloud Hosting", "Fjordkraft Partner", "Stonebridge Facilities", "Oakhaven Council",
)  # fmt: skip
PLACES = ("Nord", "華東", "Lisboa", "الرياض", "Αθήνα", "Midlands", "Ålesund", "São Paulo")
MATTERS = (
    "shared maintenance of the northern depots", "alliance for offshore wind", "联合研发与知识共享", "IT services",
    "الصيانة المشتركة والابتكار", "joint delivery of the resignalling programme between the river crossing and the coastal terminus, phases two to five",
    "Κοινή ανάπτυξη λογισμικού", "water and waste", "framework for design, supply, installation and through-life support of platform equipment",
    "♻️ circular packaging", "research", "training of apprentices",
)  # fmt: skip
TITLES = (
    "Stage review", "Life cycle", "Value creation and joint objectives", "审核", "Exit readiness and knowledge transfer after the change of the senior executive responsible",
    "Governance", "تدقيق داخلي", "Έλεγχος", "Follow-up visit", "Staying together",
)  # fmt: skip
STATEMENTS = (
    "No review of the joint risk register since the spring", "The RMP names people who have left", "Exit strategy not agreed by the partner",
    "联合目标没有测量值", "Minutes of the joint management team are missing for two quarters", "Competence of collaborative leaders not evaluated",
    "Charter unsigned", "لا يوجد سجل للتدريب على السلوكيات التعاونية", "Information marked as shared was kept on a private drive", "Value of ideas never counted",
    "Δεν υπάρχει σχέδιο επικοινωνίας", "Escalation level 2 answered after its last day, three times in a row, without a word to the partner who had raised it",
    "Knowledge of both parties’ needs not recorded before the partner was selected", "⚠️ Two versions of the same plan in use",
)  # fmt: skip
SENTENCES = (
    "The plan asks for a review every quarter; the last one that could be shown was held eleven months ago.",
    "Two of five people who were asked did not know where the joint register is kept.",
    "The partner’s copy names another owner than ours.",
    "在抽查的四个项目中，有两个没有最新的联合计划。",
    "لم يتم العثور على محاضر الاجتماعات الثلاثة الأخيرة.",
    "Στο αρχείο λείπουν οι υπογραφές των δύο πλευρών.",
    "Seen: RK register (12 rows), minutes of March and June, the scorecard of the second quarter; not seen: the review of behaviours.",
    "OK since Monday 👍.",
    "Nobody compared what was promised with what was delivered, although the objectives had been agreed in writing by both senior executives and were on the agenda of each joint meeting.",
)  # fmt: skip
