BEGIN TRANSACTION;
CREATE TABLE checkpoints (
	charger_id TEXT NOT NULL, 
	utc DOUBLE NOT NULL, 
	mono DOUBLE NOT NULL, 
	states TEXT NOT NULL, 
	PRIMARY KEY (charger_id)
);
INSERT INTO "checkpoints" VALUES('filled',1769896800.25,5000.75,'{"debouncer":{"$type":"SettlingState","connected":true,"since":{"$type":"Moment","utc":1000.5,"mono":1001.5},"card":{"$type":"CardReading","kind":"unavailable","key":"text 1002","text":"text 1003"},"doubt":{"$type":"Doubt","connected":true,"since":{"$type":"Moment","utc":1004.5,"mono":1005.5},"deadline":1006.5,"held":{"$type":"Observed","at":{"$type":"Moment","utc":1007.5,"mono":1008.5},"signals":{"$type":"Signals","plug":true,"locked":true,"status":"complete","flowing":true,"card":{"$type":"CardReading","kind":"unavailable","key":"text 1009","text":"text 1010"},"metered":false},"before":{"$type":"Fold","since":{"$type":"Moment","utc":1011.5,"mono":1012.5},"until":{"$type":"Moment","utc":1013.5,"mono":1014.5},"session":{"$type":"CounterFold","first":1015,"last":1016,"rise":1017,"resets":1018,"gaps":1019},"total":{"$type":"CounterFold","first":1020,"last":1021,"rise":1022,"resets":1023,"gaps":1024},"power":{"$type":"PowerFold","energy_mwh":1025.5,"maximum_w":1026.5,"last_w":1027.5},"rejected":1028},"fold":{"$type":"Fold","since":{"$type":"Moment","utc":1029.5,"mono":1030.5},"until":{"$type":"Moment","utc":1031.5,"mono":1032.5},"session":{"$type":"CounterFold","first":1033,"last":1034,"rise":1035,"resets":1036,"gaps":1037},"total":{"$type":"CounterFold","first":1038,"last":1039,"rise":1040,"resets":1041,"gaps":1042},"power":{"$type":"PowerFold","energy_mwh":1043.5,"maximum_w":1044.5,"last_w":1045.5},"rejected":1046},"snapshot":true,"restarted":true,"gap":true},"cards":[{"$type":"CardRead","at":{"$type":"Moment","utc":1047.5,"mono":1048.5},"reading":{"$type":"CardReading","kind":"unavailable","key":"text 1049","text":"text 1050"},"repeated":true},{"$type":"CardRead","at":{"$type":"Moment","utc":1051.5,"mono":1052.5},"reading":{"$type":"CardReading","kind":"unavailable","key":"text 1053","text":"text 1054"},"repeated":true}]}},"resolver":{"$type":"ResolvingState","reading":{"$type":"CardReading","kind":"unavailable","key":"text 1055","text":"text 1056"},"read_at":{"$type":"Moment","utc":1057.5,"mono":1058.5},"stale":{"$type":"CardReading","kind":"unavailable","key":"text 1059","text":"text 1060"},"connected":true,"away":true,"missed":true},"session":{"$type":"SessionState","meter":{"$type":"Meter","session":1061,"total":1062,"session_at":{"$type":"Moment","utc":1063.5,"mono":1064.5},"total_at":{"$type":"Moment","utc":1065.5,"mono":1066.5},"seen_at":{"$type":"Moment","utc":1067.5,"mono":1068.5},"power_w":1069.5,"remainder":1070.5,"behind":1071},"candidate":{"$type":"Identity","user_id":"text 1072","user_name":"text 1073","user_type":"guest","identified_by":"default","vehicle_id":"text 1074","vehicle_name":"text 1075","card":"text 1076","unknown_reason":"reader_unavailable"},"tapped":{"$type":"Moment","utc":1077.5,"mono":1078.5},"waiting":true,"connected":true,"running":{"$type":"Running","session_id":"text 1079","charger_id":"text 1080","charger_name":"text 1081","currency":"text 1082","started":{"$type":"Moment","utc":1083.5,"mono":1084.5},"identity":{"$type":"Identity","user_id":"text 1085","user_name":"text 1086","user_type":"guest","identified_by":"default","vehicle_id":"text 1087","vehicle_name":"text 1088","card":"text 1089","unknown_reason":"reader_unavailable"},"stepped":{"$type":"Moment","utc":1090.5,"mono":1091.5},"evidence_at":{"$type":"Moment","utc":1092.5,"mono":1093.5},"energy_mwh":1094,"windows":{"$type":"Windows","closed":[{"$type":"Window","started_at":1095.5,"ended_at":1096.5},{"$type":"Window","started_at":1097.5,"ended_at":1098.5}],"closed_s":1099.5,"open":{"$type":"OpenWindow","started":{"$type":"Moment","utc":1100.5,"mono":1101.5},"quiet_since":{"$type":"Moment","utc":1102.5,"mono":1103.5},"step_s":1104.5}},"max_power_w":1105.5,"meter_start_mwh":1106,"meter_end_mwh":1107,"rejected":1108,"data_gap":true,"reconstructed":true,"tapped":{"$type":"Identity","user_id":"text 1109","user_name":"text 1110","user_type":"guest","identified_by":"default","vehicle_id":"text 1111","vehicle_name":"text 1112","card":"text 1113","unknown_reason":"reader_unavailable"},"resumed":{"$type":"Resumed","ended":{"$type":"Moment","utc":1114.5,"mono":1115.5},"at":{"$type":"Moment","utc":1116.5,"mono":1117.5},"energy_mwh":1118,"windows":{"$type":"Windows","closed":[{"$type":"Window","started_at":1119.5,"ended_at":1120.5},{"$type":"Window","started_at":1121.5,"ended_at":1122.5}],"closed_s":1123.5,"open":{"$type":"OpenWindow","started":{"$type":"Moment","utc":1124.5,"mono":1125.5},"quiet_since":{"$type":"Moment","utc":1126.5,"mono":1127.5},"step_s":1128.5}}},"chosen":{"$type":"Identity","user_id":"text 1129","user_name":"text 1130","user_type":"guest","identified_by":"default","vehicle_id":"text 1131","vehicle_name":"text 1132","card":"text 1133","unknown_reason":"reader_unavailable"}},"closing":{"$type":"Closing","kind":2,"ended":{"$type":"Moment","utc":1134.5,"mono":1135.5},"deadline":1136.5,"began_again":true,"grace_until":1137.5},"returning":{"$type":"Returning","restarted":true,"meter":{"$type":"Meter","session":1138,"total":1139,"session_at":{"$type":"Moment","utc":1140.5,"mono":1141.5},"total_at":{"$type":"Moment","utc":1142.5,"mono":1143.5},"seen_at":{"$type":"Moment","utc":1144.5,"mono":1145.5},"power_w":1146.5,"remainder":1147.5,"behind":1148},"deadline":1149.5,"gap":true,"rejected":1150},"ahead":{"$type":"Ahead","identity":{"$type":"Identity","user_id":"text 1151","user_name":"text 1152","user_type":"guest","identified_by":"default","vehicle_id":"text 1153","vehicle_name":"text 1154","card":"text 1155","unknown_reason":"reader_unavailable"},"until":1156.5},"unmetered":{"$type":"Moment","utc":1157.5,"mono":1158.5},"stale":"text 1159","unseen":{"$type":"Moment","utc":1160.5,"mono":1161.5}},"pricing":{"$type":"PricingState","bill":{"$type":"Bill","session_id":"text 1162","intervals":[{"$type":"Interval","quarter":1163,"energy_mwh":1164,"price_micro":1165,"cost_micro":1166,"fallback":true},{"$type":"Interval","quarter":1167,"energy_mwh":1168,"price_micro":1169,"cost_micro":1170,"fallback":true}],"cost_micro":1171},"prices":{"$type":"Prices","steps":[{"$type":"PriceStep","since":1172.5,"price_micro":1173},{"$type":"PriceStep","since":1174.5,"price_micro":1175}],"watched":1176.5,"until":1177}}}');
INSERT INTO "checkpoints" VALUES('played',1700001960.0,1001860.0,'{"debouncer":{"$type":"SettlingState","connected":true,"since":{"$type":"Moment","utc":1700000100.0,"mono":1000000.0},"card":{"$type":"CardReading","kind":"card","key":"slot:garage:3","text":"slot 3"},"doubt":null},"resolver":{"$type":"ResolvingState","reading":{"$type":"CardReading","kind":"card","key":"slot:garage:3","text":"slot 3"},"read_at":{"$type":"Moment","utc":1700000100.0,"mono":1000000.0},"stale":null,"connected":true,"away":false,"missed":false},"session":{"$type":"SessionState","meter":{"$type":"Meter","session":500000,"total":500500000,"session_at":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"total_at":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"seen_at":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"power_w":0.0,"remainder":0.0,"behind":0},"candidate":{"$type":"Identity","user_id":"gita","user_name":"Gita","user_type":"guest","identified_by":"card","vehicle_id":null,"vehicle_name":null,"card":"slot 3","unknown_reason":null},"tapped":{"$type":"Moment","utc":1700000100.0,"mono":1000000.0},"waiting":false,"connected":true,"running":{"$type":"Running","session_id":"garage-1700000100000","charger_id":"played","charger_name":"Garage","currency":"EUR","started":{"$type":"Moment","utc":1700000100.0,"mono":1000000.0},"identity":{"$type":"Identity","user_id":"gita","user_name":"Gita","user_type":"guest","identified_by":"card","vehicle_id":null,"vehicle_name":null,"card":"slot 3","unknown_reason":null},"stepped":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"evidence_at":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"energy_mwh":500000,"windows":{"$type":"Windows","closed":[],"closed_s":0.0,"open":{"$type":"OpenWindow","started":{"$type":"Moment","utc":1700000105.0,"mono":1000005.0},"quiet_since":{"$type":"Moment","utc":1700001905.0,"mono":1001805.0},"step_s":0.0}},"max_power_w":1000.0,"meter_start_mwh":500000000,"meter_end_mwh":500500000,"rejected":0,"data_gap":false,"reconstructed":false,"tapped":{"$type":"Identity","user_id":"gita","user_name":"Gita","user_type":"guest","identified_by":"card","vehicle_id":null,"vehicle_name":null,"card":"slot 3","unknown_reason":null},"resumed":null,"chosen":null},"closing":null,"returning":null,"ahead":null,"unmetered":null,"stale":null,"unseen":null},"pricing":{"$type":"PricingState","bill":{"$type":"Bill","session_id":"garage-1700000100000","intervals":[{"$type":"Interval","quarter":1700000100,"energy_mwh":248333,"price_micro":300000,"cost_micro":74500,"fallback":false},{"$type":"Interval","quarter":1700001000,"energy_mwh":250255,"price_micro":300000,"cost_micro":75076,"fallback":false},{"$type":"Interval","quarter":1700001900,"energy_mwh":1412,"price_micro":300000,"cost_micro":424,"fallback":false}],"cost_micro":150000},"prices":{"$type":"Prices","steps":[],"watched":null,"until":0}},"validator":[]}');
CREATE TABLE corrections (
	id INTEGER NOT NULL, 
	session INTEGER NOT NULL, 
	at DOUBLE NOT NULL, 
	"by" TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(session) REFERENCES sessions (number) ON DELETE CASCADE
);
INSERT INTO "corrections" VALUES(1,2,1769896801.25,'user:1.25','{"identity":{"$type":"Identity","user_id":"text 1287","user_name":"text 1288","user_type":"guest","identified_by":"default","vehicle_id":"text 1289","vehicle_name":"text 1290","card":"text 1291","unknown_reason":"reader_unavailable"},"charge_price_micro":1275,"charge_price_method":"text 1276","soc_added_pct":1277.5}','{"identity":{"$type":"Identity","user_id":"text 1470","user_name":"text 1471","user_type":"guest","identified_by":"default","vehicle_id":"text 1472","vehicle_name":"text 1473","card":"text 1474","unknown_reason":"reader_unavailable"},"charge_price_micro":1475,"charge_price_method":"text 1476","soc_added_pct":1477.5}');
INSERT INTO "corrections" VALUES(2,2,1769896802.25,'user:2.25','{"identity":{"$type":"Identity","user_id":"text 1470","user_name":"text 1471","user_type":"guest","identified_by":"default","vehicle_id":"text 1472","vehicle_name":"text 1473","card":"text 1474","unknown_reason":"reader_unavailable"},"charge_price_micro":1475,"charge_price_method":"text 1476","soc_added_pct":1477.5}','{"identity":{"$type":"Identity","user_id":"text 1478","user_name":"text 1479","user_type":"guest","identified_by":"default","vehicle_id":"text 1480","vehicle_name":"text 1481","card":"text 1482","unknown_reason":"reader_unavailable"},"charge_price_micro":1483,"charge_price_method":"text 1484","soc_added_pct":1485.5}');
CREATE TABLE intervals (
	session INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	quarter BIGINT NOT NULL, 
	energy_mwh BIGINT NOT NULL, 
	price_micro BIGINT, 
	cost_micro BIGINT, 
	fallback BOOLEAN NOT NULL, 
	PRIMARY KEY (session, position), 
	FOREIGN KEY(session) REFERENCES sessions (number) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "intervals" VALUES(1,0,1769896800,1220,1221,1222,1);
INSERT INTO "intervals" VALUES(1,1,1769897700,1224,1225,1226,1);
INSERT INTO "intervals" VALUES(1,2,1769898600,1228,1229,1230,1);
INSERT INTO "intervals" VALUES(1,3,1769899500,1232,1233,1234,1);
INSERT INTO "intervals" VALUES(1,4,1769900400,1236,1237,1238,1);
INSERT INTO "intervals" VALUES(1,5,1769901300,1240,1241,1242,1);
INSERT INTO "intervals" VALUES(1,6,1769902200,1244,1245,1246,1);
INSERT INTO "intervals" VALUES(1,7,1769903100,1248,1249,1250,1);
INSERT INTO "intervals" VALUES(2,0,1769896800,1293,1294,1295,1);
INSERT INTO "intervals" VALUES(2,1,1769897700,1297,1298,1299,1);
INSERT INTO "intervals" VALUES(2,2,1769898600,1301,1302,1303,1);
INSERT INTO "intervals" VALUES(2,3,1769899500,1305,1306,1307,1);
INSERT INTO "intervals" VALUES(2,4,1769900400,1309,1310,1311,1);
INSERT INTO "intervals" VALUES(2,5,1769901300,1313,1314,1315,1);
INSERT INTO "intervals" VALUES(2,6,1769902200,1317,1318,1319,1);
INSERT INTO "intervals" VALUES(2,7,1769903100,1321,1322,1323,1);
INSERT INTO "intervals" VALUES(3,0,1769896800,1366,1367,1368,1);
INSERT INTO "intervals" VALUES(3,1,1769897700,1370,1371,1372,1);
INSERT INTO "intervals" VALUES(3,2,1769898600,1374,1375,1376,1);
INSERT INTO "intervals" VALUES(3,3,1769899500,1378,1379,1380,1);
INSERT INTO "intervals" VALUES(3,4,1769900400,1382,1383,1384,1);
INSERT INTO "intervals" VALUES(3,5,1769901300,1386,1387,1388,1);
INSERT INTO "intervals" VALUES(3,6,1769902200,1390,1391,1392,1);
INSERT INTO "intervals" VALUES(3,7,1769903100,1394,1395,1396,1);
INSERT INTO "intervals" VALUES(4,0,1769896800,1439,1440,1441,1);
INSERT INTO "intervals" VALUES(4,1,1769897700,1443,1444,1445,1);
INSERT INTO "intervals" VALUES(4,2,1769898600,1447,1448,1449,1);
INSERT INTO "intervals" VALUES(4,3,1769899500,1451,1452,1453,1);
INSERT INTO "intervals" VALUES(4,4,1769900400,1455,1456,1457,1);
INSERT INTO "intervals" VALUES(4,5,1769901300,1459,1460,1461,1);
INSERT INTO "intervals" VALUES(4,6,1769902200,1463,1464,1465,1);
INSERT INTO "intervals" VALUES(4,7,1769903100,1467,1468,1469,1);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema_version','2');
INSERT INTO "meta" VALUES('zone','Europe/Stockholm');
CREATE TABLE month_totals (
	charger_id TEXT NOT NULL, 
	payer TEXT NOT NULL, 
	month TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	energy_mwh BIGINT NOT NULL, 
	cost_micro BIGINT NOT NULL, 
	sessions INTEGER NOT NULL, 
	PRIMARY KEY (charger_id, payer, month, currency)
);
INSERT INTO "month_totals" VALUES('garage','text 1214','2026-01','text 1195',4904,4912,1);
INSERT INTO "month_totals" VALUES('garage','text 1214','2026-02','text 1195',4968,4976,0);
INSERT INTO "month_totals" VALUES('garage','text 1478','2026-01','text 1268',5196,5204,1);
INSERT INTO "month_totals" VALUES('garage','text 1478','2026-02','text 1268',5260,5268,0);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	session_id TEXT NOT NULL, 
	charger_id TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	fired_at DOUBLE, 
	UNIQUE (session_id, kind)
);
INSERT INTO "outbox" VALUES(1,'session_started','running','filled','{"session_id":"running","energy_kwh":1.5,"data_gap":true,"user_id":null}',1769896801.5);
INSERT INTO "outbox" VALUES(2,'session_completed','completed','garage','{"session_id":"completed","energy_kwh":1.5,"data_gap":true,"user_id":null}',NULL);
INSERT INTO "outbox" VALUES(3,'session_discarded','discarded','garage','{"session_id":"discarded","energy_kwh":1.5,"data_gap":true,"user_id":null}',NULL);
CREATE TABLE payers (
	payer TEXT NOT NULL, 
	user_id TEXT, 
	user_name TEXT NOT NULL, 
	user_type TEXT NOT NULL, 
	as_of DOUBLE NOT NULL, 
	PRIMARY KEY (payer)
);
INSERT INTO "payers" VALUES('text 1214','text 1214','text 1215','guest',1769896860.5);
INSERT INTO "payers" VALUES('text 1287','text 1287','text 1288','guest',1769896860.5);
INSERT INTO "payers" VALUES('text 1470','text 1470','text 1471','guest',1769896860.5);
INSERT INTO "payers" VALUES('text 1478','text 1478','text 1479','guest',1769896860.5);
CREATE TABLE put_aside (
	id INTEGER NOT NULL, 
	at DOUBLE NOT NULL, 
	what TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "put_aside" VALUES(1,1.5,'checkpoint unreadable','SessionState: invalid value @ $','{"session":"text"}');
CREATE TABLE sessions (
	number INTEGER NOT NULL, 
	session_id TEXT NOT NULL, 
	charger_id TEXT NOT NULL, 
	charger_name TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	started_at DOUBLE NOT NULL, 
	ended_at DOUBLE, 
	user_id TEXT, 
	user_name TEXT NOT NULL, 
	user_type TEXT NOT NULL, 
	identified_by TEXT, 
	vehicle_id TEXT, 
	vehicle_name TEXT, 
	card TEXT, 
	unknown_reason TEXT, 
	effective_user_id TEXT, 
	correction INTEGER, 
	duration_s DOUBLE NOT NULL, 
	charging_s DOUBLE NOT NULL, 
	energy_mwh BIGINT NOT NULL, 
	max_power_w DOUBLE NOT NULL, 
	currency TEXT NOT NULL, 
	cost_micro BIGINT, 
	cost_method TEXT NOT NULL, 
	price_fallback_mwh BIGINT NOT NULL, 
	charge_price_micro BIGINT, 
	charge_price_method TEXT, 
	soc_added_pct DOUBLE, 
	meter_start_mwh BIGINT, 
	meter_end_mwh BIGINT, 
	deviation_pct DOUBLE, 
	rejected_readings INTEGER NOT NULL, 
	data_gap BOOLEAN NOT NULL, 
	reconstructed BOOLEAN NOT NULL, 
	faulted BOOLEAN NOT NULL, 
	windows TEXT NOT NULL, 
	more TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (session_id)
);
INSERT INTO "sessions" VALUES(1,'completed','garage','text 1180','completed',1769896860.5,1769903800.5,'text 1214','text 1215','guest','default','text 1216','text 1217','text 1218','reader_unavailable','text 1214',NULL,1187.5,1192.5,9872,1194.5,'text 1195',9888,'spot',1201,1202,'text 1203',1204.5,1196,1197,1205.5,1198,1,1,1,'[{"$type":"Window","started_at":1769896870.5,"ended_at":1769902800.5}]','{}');
INSERT INTO "sessions" VALUES(2,'corrected','garage','text 1253','completed',1769896860.5,1769903800.5,'text 1287','text 1288','guest','default','text 1289','text 1290','text 1291','reader_unavailable','text 1478',2,1260.5,1265.5,10456,1267.5,'text 1268',10472,'spot',1274,1275,'text 1276',1277.5,1269,1270,1278.5,1271,1,1,1,'[{"$type":"Window","started_at":1769896870.5,"ended_at":1769902800.5}]','{}');
INSERT INTO "sessions" VALUES(3,'discarded','garage','text 1326','discarded',1769896860.5,1769903800.5,'text 1360','text 1361','guest','default','text 1362','text 1363','text 1364','reader_unavailable','text 1360',NULL,1333.5,1338.5,11040,1340.5,'text 1341',11056,'spot',1347,1348,'text 1349',1350.5,1342,1343,1351.5,1344,1,1,1,'[{"$type":"Window","started_at":1769896870.5,"ended_at":1769902800.5}]','{}');
INSERT INTO "sessions" VALUES(4,'running','filled','text 1399','running',1769896860.5,NULL,'text 1433','text 1434','guest','default','text 1435','text 1436','text 1437','reader_unavailable','text 1433',NULL,1406.5,1411.5,11624,1413.5,'text 1414',11640,'spot',1420,1421,'text 1422',1423.5,1415,1416,1424.5,1417,1,1,1,'[{"$type":"Window","started_at":1769896870.5,"ended_at":1769902800.5}]','{}');
INSERT INTO "sessions" VALUES(5,'garage-1700000100000','played','Garage','running',1700000100.0,NULL,'gita','Gita','guest','card',NULL,NULL,'slot 3',NULL,'gita',NULL,0.0,0.0,0,0.0,'EUR',NULL,'static',0,NULL,NULL,NULL,500000000,500000000,NULL,0,0,0,0,'[]','{}');
CREATE TABLE shares (
	session INTEGER NOT NULL, 
	month TEXT NOT NULL, 
	charger_id TEXT NOT NULL, 
	payer TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	energy_mwh BIGINT NOT NULL, 
	cost_micro BIGINT NOT NULL, 
	sessions INTEGER NOT NULL, 
	PRIMARY KEY (session, month), 
	FOREIGN KEY(session) REFERENCES sessions (number) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "shares" VALUES(1,'2026-01','garage','text 1214','text 1195',4904,4912,1);
INSERT INTO "shares" VALUES(1,'2026-02','garage','text 1214','text 1195',4968,4976,0);
INSERT INTO "shares" VALUES(2,'2026-01','garage','text 1478','text 1268',5196,5204,1);
INSERT INTO "shares" VALUES(2,'2026-02','garage','text 1478','text 1268',5260,5268,0);
CREATE INDEX sessions_by_charger ON sessions (charger_id, outcome, started_at, session_id);
CREATE INDEX sessions_by_time ON sessions (outcome, started_at, session_id);
CREATE INDEX sessions_by_user ON sessions (effective_user_id, outcome, started_at, session_id);
CREATE INDEX ix_outbox_fired_at ON outbox (fired_at);
CREATE INDEX ix_corrections_session ON corrections (session);
CREATE INDEX shares_by_payer ON shares (payer, month);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',3);
COMMIT;
