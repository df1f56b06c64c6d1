<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>AccountWishes</name>
    <message>
      <source>Its seat is free for another computer then, and it stores nothing more in your plan. Its backups stay. Sign in again, and it goes on where it stopped.</source>
      <translation>Sein Platz wird für einen anderen Computer frei, und er speichert nichts mehr in Ihrem Tarif. Seine Sicherungen bleiben. Melden Sie ihn wieder an, geht es dort weiter, wo es aufhörte.</translation>
    </message>
    <message>
      <source>Sign out</source>
      <translation>Abmelden</translation>
    </message>
    <message>
      <source>Sign this computer out?</source>
      <translation>Diesen Computer abmelden?</translation>
    </message>
  </context>
  <context>
    <name>AdvancedSection</name>
    <message>
      <source>Address of who helps you</source>
      <translation>Adresse von dem, der Ihnen hilft</translation>
    </message>
    <message>
      <source>Address to call after each backup</source>
      <translation>Adresse, die nach jeder Sicherung aufgerufen wird</translation>
    </message>
    <message>
      <source>Advanced</source>
      <translation>Erweitert</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>Copy the command</source>
      <translation>Den Befehl kopieren</translation>
    </message>
    <message>
      <source>Help names it with a report for support, where no account has people of its own.</source>
      <translation>Die Hilfe nennt sie beim Bericht, wenn es kein Konto mit eigenen Menschen dafür gibt.</translation>
    </message>
    <message>
      <source>It must begin with https:// or http://, and is not kept like this.</source>
      <translation>Sie muss mit https:// oder http:// beginnen und wird so nicht behalten.</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Open the folder of Plainkeep's own data</source>
      <translation>Den Ordner mit Plainkeeps eigenen Daten öffnen</translation>
    </message>
    <message>
      <source>Plainkeep's own data</source>
      <translation>Plainkeeps eigene Daten</translation>
    </message>
    <message>
      <source>So that a monitor of yours warns when this computer cannot. Called when all is safe; with {result} or {exit_code} in it, after every backup.</source>
      <translation>Damit eine Überwachung von Ihnen warnt, wenn dieser Computer es nicht kann. Aufgerufen, wenn alles sicher ist; mit {result} oder {exit_code} darin nach jeder Sicherung.</translation>
    </message>
    <message>
      <source>The command that does the same</source>
      <translation>Der Befehl, der dasselbe tut</translation>
    </message>
  </context>
  <context>
    <name>AnsweredOrNot</name>
    <message>
      <source>Did this answer it?</source>
      <translation>Hat das geholfen?</translation>
    </message>
    <message>
      <source>Good.</source>
      <translation>Gut.</translation>
    </message>
    <message>
      <source>Kept on this computer, for a report to support.</source>
      <translation>Auf diesem Computer vermerkt, für einen Bericht an den Support.</translation>
    </message>
    <message>
      <source>Not quite</source>
      <translation>Nicht ganz</translation>
    </message>
    <message>
      <source>Yes</source>
      <translation>Ja</translation>
    </message>
  </context>
  <context>
    <name>AskForm</name>
    <message>
      <source>File names are hidden.</source>
      <translation>Dateinamen sind verborgen.</translation>
    </message>
    <message>
      <source>How do you want to be helped?</source>
      <translation>Wie möchten Sie Hilfe?</translation>
    </message>
    <message>
      <source>See it first</source>
      <translation>Erst ansehen</translation>
    </message>
    <message>
      <source>Send a report along</source>
      <translation>Einen Bericht mitschicken</translation>
    </message>
    <message>
      <source>Take my place in line</source>
      <translation>Meinen Platz einnehmen</translation>
    </message>
    <message>
      <source>What is it about?</source>
      <translation>Worum geht es?</translation>
    </message>
    <message>
      <source>You have seen it.</source>
      <translation>Sie haben ihn gesehen.</translation>
    </message>
  </context>
  <context>
    <name>AskingDialog</name>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
  </context>
  <context>
    <name>Below</name>
    <message>
      <source>An idea for us…</source>
      <translation>Eine Idee für uns …</translation>
    </message>
    <message>
      <source>Make a report for support</source>
      <translation>Bericht für die Hilfe erstellen</translation>
    </message>
  </context>
  <context>
    <name>ByDate</name>
    <message>
      <source>Backups of that day</source>
      <translation>Sicherungen dieses Tages</translation>
    </message>
    <message>
      <source>Everything in the backup of %1:</source>
      <translation>Alles in der Sicherung von %1:</translation>
    </message>
    <message>
      <source>Opening the backups…</source>
      <translation>Sicherungen werden geöffnet …</translation>
    </message>
    <message>
      <source>There is no backup yet.</source>
      <translation>Es gibt noch keine Sicherung.</translation>
    </message>
    <message>
      <source>This backup was cut short: it holds what was safe by then.</source>
      <translation>Diese Sicherung wurde abgebrochen: Sie enthält, was bis dahin sicher war.</translation>
    </message>
    <message>
      <source>What this backup holds</source>
      <translation>Was diese Sicherung enthält</translation>
    </message>
  </context>
  <context>
    <name>ByFile</name>
    <message>
      <source>A part of the name of what you are looking for</source>
      <translation>Ein Teil des Namens, den Sie suchen</translation>
    </message>
    <message>
      <source>Chosen under Files. Type a name to look for more.</source>
      <translation>Unter „Dateien“ gewählt. Tippen Sie einen Namen, um mehr zu suchen.</translation>
    </message>
    <message>
      <source>Found</source>
      <translation>Gefunden</translation>
    </message>
    <message>
      <source>Looking through the backups</source>
      <translation>Die Sicherungen werden durchsucht</translation>
    </message>
    <message>
      <source>Nothing else matches “%1”.</source>
      <translation>Sonst passt nichts zu „%1“.</translation>
    </message>
    <message>
      <source>Nothing matches “%1”.</source>
      <translation>Nichts passt zu „%1“.</translation>
    </message>
    <message>
      <source>Opening the backups…</source>
      <translation>Sicherungen werden geöffnet …</translation>
    </message>
    <message>
      <source>Type a part of a name. Files that were deleted are found, too.</source>
      <translation>Tippen Sie einen Teil des Namens. Auch gelöschte Dateien werden gefunden.</translation>
    </message>
  </context>
  <context>
    <name>CalendarStrip</name>
    <message numerus="yes">
      <source>%n day(s) with a backup</source>
      <translation>
        <numerusform>%n Tag mit einer Sicherung</numerusform>
        <numerusform>%n Tage mit einer Sicherung</numerusform>
      </translation>
    </message>
    <message>
      <source>Earlier</source>
      <translation>Früher</translation>
    </message>
    <message>
      <source>Later</source>
      <translation>Später</translation>
    </message>
  </context>
  <context>
    <name>CheckPart</name>
    <message>
      <source>Check now</source>
      <translation>Jetzt prüfen</translation>
    </message>
    <message>
      <source>More ways to check</source>
      <translation>Andere Arten zu prüfen</translation>
    </message>
    <message>
      <source>Read everything back</source>
      <translation>Alles zurücklesen</translation>
    </message>
  </context>
  <context>
    <name>ComputersCard</name>
    <message>
      <source>%1 stores nothing more from then on. Its backups stay; they can be restored, and another computer can go on with them.</source>
      <translation>%1 speichert von da an nichts mehr. Seine Sicherungen bleiben; sie lassen sich wiederherstellen, und ein anderer Computer kann sie fortführen.</translation>
    </message>
    <message>
      <source>Computers</source>
      <translation>Computer</translation>
    </message>
    <message>
      <source>Go on with its backups</source>
      <translation>Seine Sicherungen weiterführen</translation>
    </message>
    <message>
      <source>Go on with its backups…</source>
      <translation>Seine Sicherungen weiterführen …</translation>
    </message>
    <message>
      <source>Go on with the backups of %1</source>
      <translation>Die Sicherungen von %1 weiterführen</translation>
    </message>
    <message>
      <source>Keep the seat</source>
      <translation>Platz behalten</translation>
    </message>
    <message>
      <source>Leave it</source>
      <translation>So lassen</translation>
    </message>
    <message>
      <source>Release the seat</source>
      <translation>Platz freigeben</translation>
    </message>
    <message>
      <source>Release the seat of %1</source>
      <translation>Den Platz von %1 freigeben</translation>
    </message>
    <message>
      <source>Release…</source>
      <translation>Freigeben …</translation>
    </message>
    <message>
      <source>This computer takes the place of %1: its history goes on here, and what it stored is not sent again.</source>
      <translation>Dieser Computer tritt an die Stelle von %1: Der Verlauf geht hier weiter, und was schon gespeichert ist, wird nicht noch einmal gesendet.</translation>
    </message>
  </context>
  <context>
    <name>Conversation</name>
    <message>
      <source>What was said</source>
      <translation>Was gesagt wurde</translation>
    </message>
  </context>
  <context>
    <name>DaysCard</name>
    <message>
      <source>today</source>
      <translation>heute</translation>
    </message>
  </context>
  <context>
    <name>DetailsPanel</name>
    <message>
      <source>Close the details</source>
      <translation>Einzelheiten schließen</translation>
    </message>
    <message>
      <source>Details</source>
      <translation>Einzelheiten</translation>
    </message>
    <message>
      <source>Leave out…</source>
      <translation>Auslassen …</translation>
    </message>
    <message>
      <source>Meanwhile:</source>
      <translation>Inzwischen:</translation>
    </message>
    <message>
      <source>Restore…</source>
      <translation>Wiederherstellen …</translation>
    </message>
    <message>
      <source>Try now</source>
      <translation>Jetzt versuchen</translation>
    </message>
    <message>
      <source>Your data:</source>
      <translation>Ihre Daten:</translation>
    </message>
  </context>
  <context>
    <name>DriveList</name>
    <message>
      <source>Choose a folder…</source>
      <translation>Ordner wählen …</translation>
    </message>
    <message>
      <source>No other drive is connected. Connect one, and it appears here.</source>
      <translation>Kein anderes Laufwerk ist angeschlossen. Schließen Sie eines an, erscheint es hier.</translation>
    </message>
    <message>
      <source>Where should the backup be kept?</source>
      <translation>Wo soll die Sicherung liegen?</translation>
    </message>
  </context>
  <context>
    <name>FilesPage</name>
    <message>
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>From the first backup on, every file is listed here.</source>
      <translation>Ab der ersten Sicherung steht hier jede Datei.</translation>
    </message>
    <message>
      <source>List</source>
      <translation>Liste</translation>
    </message>
    <message>
      <source>No file has that in its name.</source>
      <translation>Keine Datei heißt so.</translation>
    </message>
    <message>
      <source>Search %1</source>
      <translation>%1 durchsuchen</translation>
    </message>
    <message>
      <source>Search files</source>
      <translation>Dateien suchen</translation>
    </message>
    <message>
      <source>Searching…</source>
      <translation>Wird gesucht …</translation>
    </message>
    <message>
      <source>These are the first %1. Search for others by their names.</source>
      <translation>Das sind die ersten %1. Andere finden Sie über ihren Namen.</translation>
    </message>
    <message>
      <source>Tree</source>
      <translation>Baum</translation>
    </message>
  </context>
  <context>
    <name>FilesView</name>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
  </context>
  <context>
    <name>FilesWishes</name>
    <message>
      <source>Looking for versions…</source>
      <translation>Versionen werden gesucht …</translation>
    </message>
  </context>
  <context>
    <name>FirstRun</name>
    <message>
      <source>A folder is ticked, to try it out with. You can change this at any time.</source>
      <translation>Ein Ordner zum Ausprobieren ist angehakt. Das können Sie jederzeit ändern.</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>Zurück</translation>
    </message>
    <message>
      <source>Continue</source>
      <translation>Weiter</translation>
    </message>
    <message>
      <source>I'm on a new computer: restore…</source>
      <translation>Neuer Computer: wiederherstellen …</translation>
    </message>
    <message>
      <source>Nothing is sent before step 4.</source>
      <translation>Vor Schritt 4 wird nichts gesendet.</translation>
    </message>
    <message>
      <source>Password and recovery sheet</source>
      <translation>Passwort und Notfallblatt</translation>
    </message>
    <message>
      <source>Remind me tomorrow</source>
      <translation>Morgen erinnern</translation>
    </message>
    <message>
      <source>Start</source>
      <translation>Start</translation>
    </message>
    <message>
      <source>What to protect</source>
      <translation>Was schützen</translation>
    </message>
    <message>
      <source>Where to</source>
      <translation>Wohin</translation>
    </message>
  </context>
  <context>
    <name>FolderRow</name>
    <message>
      <source>counting, %1</source>
      <translation>wird gezählt, %1</translation>
    </message>
  </context>
  <context>
    <name>FullPart</name>
    <message>
      <source>Meanwhile:</source>
      <translation>Inzwischen:</translation>
    </message>
    <message>
      <source>Your data:</source>
      <translation>Ihre Daten:</translation>
    </message>
  </context>
  <context>
    <name>Head</name>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
  </context>
  <context>
    <name>HelpPage</name>
    <message numerus="yes">
      <source>%n answer(s), also without internet</source>
      <translation>
        <numerusform>%n Antwort, auch ohne Internet</numerusform>
        <numerusform>%n Antworten, auch ohne Internet</numerusform>
      </translation>
    </message>
    <message>
      <source>A question, or an error message</source>
      <translation>Eine Frage oder eine Fehlermeldung</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Meanwhile</source>
      <translation>Inzwischen</translation>
    </message>
    <message>
      <source>Next step</source>
      <translation>Nächster Schritt</translation>
    </message>
    <message>
      <source>No answer fits these words.</source>
      <translation>Zu diesen Worten gibt es keine Antwort.</translation>
    </message>
    <message>
      <source>Often asked, also without internet</source>
      <translation>Oft gefragt, auch ohne Internet</translation>
    </message>
    <message>
      <source>Search the help</source>
      <translation>In der Hilfe suchen</translation>
    </message>
    <message>
      <source>Your data</source>
      <translation>Ihre Daten</translation>
    </message>
  </context>
  <context>
    <name>HelpWindow</name>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
  </context>
  <context>
    <name>HistoryPage</name>
    <message>
      <source>Every backup and check, what it did, and what became of its problems.</source>
      <translation>Jede Sicherung und Prüfung, was sie getan hat und was aus ihren Problemen wurde.</translation>
    </message>
    <message>
      <source>History</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Show older backups</source>
      <translation>Ältere Sicherungen zeigen</translation>
    </message>
    <message>
      <source>Your backups will be listed here, with everything they did.</source>
      <translation>Hier werden Ihre Sicherungen stehen, mit allem, was sie getan haben.</translation>
    </message>
  </context>
  <context>
    <name>HomePage</name>
    <message>
      <source>Back up now</source>
      <translation>Jetzt sichern</translation>
    </message>
    <message>
      <source>Folders</source>
      <translation>Ordner</translation>
    </message>
    <message>
      <source>For half an hour</source>
      <translation>Für eine halbe Stunde</translation>
    </message>
    <message>
      <source>For two hours</source>
      <translation>Für zwei Stunden</translation>
    </message>
    <message>
      <source>Go on</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>Last 30 days</source>
      <translation>Letzte 30 Tage</translation>
    </message>
    <message>
      <source>Lately</source>
      <translation>Zuletzt</translation>
    </message>
    <message>
      <source>More ways to begin</source>
      <translation>Weitere Möglichkeiten</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>Pause</translation>
    </message>
    <message>
      <source>Pause for a time</source>
      <translation>Für eine Weile pausieren</translation>
    </message>
    <message>
      <source>Pause for an hour</source>
      <translation>Eine Stunde pausieren</translation>
    </message>
    <message>
      <source>Pause until tomorrow</source>
      <translation>Bis morgen pausieren</translation>
    </message>
    <message>
      <source>Stop…</source>
      <translation>Anhalten …</translation>
    </message>
    <message>
      <source>Storage</source>
      <translation>Speicher</translation>
    </message>
    <message>
      <source>Try now</source>
      <translation>Jetzt versuchen</translation>
    </message>
  </context>
  <context>
    <name>HoursPart</name>
    <message>
      <source>Add</source>
      <translation>Hinzufügen</translation>
    </message>
    <message>
      <source>At certain hours</source>
      <translation>Zu bestimmten Zeiten</translation>
    </message>
    <message>
      <source>Counts instead of the one above.</source>
      <translation>Gilt statt der Grenze oben.</translation>
    </message>
    <message>
      <source>From</source>
      <translation>Von</translation>
    </message>
    <message>
      <source>Not at these hours</source>
      <translation>Nicht zu diesen Zeiten</translation>
    </message>
    <message>
      <source>Other limits at certain hours</source>
      <translation>Andere Grenzen zu bestimmten Zeiten</translation>
    </message>
    <message>
      <source>Send at most, at these hours</source>
      <translation>Höchstens senden, zu diesen Zeiten</translation>
    </message>
    <message>
      <source>To</source>
      <translation>Bis</translation>
    </message>
  </context>
  <context>
    <name>IdeaDialog</name>
    <message>
      <source>A picture of a page:</source>
      <translation>Bild einer Seite:</translation>
    </message>
    <message>
      <source>An idea for us</source>
      <translation>Eine Idee für uns</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>No picture</source>
      <translation>Kein Bild</translation>
    </message>
    <message>
      <source>Nothing has been written yet.</source>
      <translation>Es steht noch nichts da.</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Send</source>
      <translation>Senden</translation>
    </message>
    <message>
      <source>The picture that goes along</source>
      <translation>Das Bild, das mitgeht</translation>
    </message>
    <message>
      <source>This picture goes along as it is, with the names that are in it.</source>
      <translation>Dieses Bild geht so mit, wie es ist, mit den Namen, die darin stehen.</translation>
    </message>
    <message>
      <source>What should be different, or what is missing?</source>
      <translation>Was sollte anders sein, oder was fehlt?</translation>
    </message>
    <message>
      <source>Your idea</source>
      <translation>Ihre Idee</translation>
    </message>
  </context>
  <context>
    <name>JoinCodeDialog</name>
    <message>
      <source>Asking for a code</source>
      <translation>Code wird angefragt</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Code: %1</source>
      <translation>Code: %1</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>It lets one computer in, until %1. Keep it to yourself.</source>
      <translation>Er lässt einen Computer herein, bis %1. Behalten Sie ihn für sich.</translation>
    </message>
    <message>
      <source>Let another computer in</source>
      <translation>Einen weiteren Computer hereinlassen</translation>
    </message>
    <message>
      <source>Sign in to the same plan on the other computer. When it asks what opens the backup, type this code there instead of the password.</source>
      <translation>Melden Sie sich auf dem anderen Computer bei demselben Tarif an. Fragt er, was die Sicherung öffnet, geben Sie dort statt des Passworts diesen Code ein.</translation>
    </message>
  </context>
  <context>
    <name>JoinPart</name>
    <message>
      <source>Ask for what the code opens</source>
      <translation>Nachfragen, was der Code öffnet</translation>
    </message>
    <message>
      <source>Back up to the plan</source>
      <translation>Im Tarif sichern</translation>
    </message>
    <message>
      <source>Backups go to your plan from then on. What is at the place they went to stays there.</source>
      <translation>Ab dann gehen die Sicherungen in Ihren Tarif. Was am bisherigen Ort liegt, bleibt dort.</translation>
    </message>
    <message>
      <source>Look for a backup in your plan</source>
      <translation>In Ihrem Tarif nach einer Sicherung sehen</translation>
    </message>
    <message>
      <source>Password</source>
      <translation>Passwort</translation>
    </message>
    <message>
      <source>Password, recovery key, or a code from another computer</source>
      <translation>Passwort, Notfallschlüssel oder ein Code von einem anderen Computer</translation>
    </message>
    <message>
      <source>Prepare the place and its keys</source>
      <translation>Den Ort und seine Schlüssel vorbereiten</translation>
    </message>
    <message>
      <source>Show the password</source>
      <translation>Das Passwort zeigen</translation>
    </message>
    <message>
      <source>This computer backs up to your plan</source>
      <translation>Dieser Computer sichert in Ihren Tarif</translation>
    </message>
    <message>
      <source>Type what opens the backup first.</source>
      <translation>Geben Sie zuerst ein, was die Sicherung öffnet.</translation>
    </message>
    <message>
      <source>Your household has a backup there. What opens it?</source>
      <translation>Ihr Haushalt hat dort eine Sicherung. Was öffnet sie?</translation>
    </message>
    <message>
      <source>Your plan is empty: choose a password for the backup.</source>
      <translation>Ihr Tarif ist noch leer: Wählen Sie ein Passwort für die Sicherung.</translation>
    </message>
  </context>
  <context>
    <name>KeyPage</name>
    <message>
      <source>Choose a password</source>
      <translation>Wählen Sie ein Passwort</translation>
    </message>
    <message>
      <source>Everything is locked with it before it leaves this computer.</source>
      <translation>Damit wird alles verschlossen, bevor es diesen Computer verlässt.</translation>
    </message>
    <message>
      <source>It does not open this backup. Try again.</source>
      <translation>Es öffnet diese Sicherung nicht. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>The password of the backup</source>
      <translation>Das Passwort der Sicherung</translation>
    </message>
    <message>
      <source>There is a backup at this place already. What opens it?</source>
      <translation>Hier liegt schon eine Sicherung. Was öffnet sie?</translation>
    </message>
    <message>
      <source>Type a password first.</source>
      <translation>Geben Sie zuerst ein Passwort ein.</translation>
    </message>
    <message>
      <source>Type the last four characters of the key first.</source>
      <translation>Geben Sie zuerst die letzten vier Zeichen des Schlüssels ein.</translation>
    </message>
    <message>
      <source>With this sheet you get everything back, also on a new computer, also without us.</source>
      <translation>Mit diesem Blatt bekommen Sie alles zurück, auch auf einem neuen Computer, auch ohne uns.</translation>
    </message>
    <message>
      <source>Your way back in</source>
      <translation>Ihr Weg zurück</translation>
    </message>
  </context>
  <context>
    <name>LeaveOutDialog</name>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Its name cannot be written down as a rule.</source>
      <translation>Der Name lässt sich nicht als Regel aufschreiben.</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>Auslassen</translation>
    </message>
    <message>
      <source>Leave this out?</source>
      <translation>Das hier auslassen?</translation>
    </message>
    <message>
      <source>The next backup will be without this file (%1).</source>
      <translation>Die nächste Sicherung wird ohne diese Datei sein (%1).</translation>
    </message>
    <message>
      <source>The next backup will be without this folder and what is in it: %1, %2.</source>
      <translation>Die nächste Sicherung wird ohne diesen Ordner und seinen Inhalt sein: %1, %2.</translation>
    </message>
    <message>
      <source>The rule “%1” is added to the plan; it can be taken back in Settings.</source>
      <translation>Die Regel „%1“ kommt in den Plan; in den Einstellungen lässt sie sich zurücknehmen.</translation>
    </message>
    <message>
      <source>What the backup has of it already stays and can be restored.</source>
      <translation>Was davon schon gesichert ist, bleibt und lässt sich zurückholen.</translation>
    </message>
  </context>
  <context>
    <name>MessageBar</name>
    <message>
      <source>Close this message</source>
      <translation>Diese Meldung schließen</translation>
    </message>
  </context>
  <context>
    <name>NewComputerPage</name>
    <message>
      <source>A backup is there, but the key does not open it</source>
      <translation>Eine Sicherung ist da, aber der Schlüssel öffnet sie nicht</translation>
    </message>
    <message>
      <source>Access key of the storage</source>
      <translation>Zugangsschlüssel des Speichers</translation>
    </message>
    <message>
      <source>Address of your storage</source>
      <translation>Adresse Ihres Speichers</translation>
    </message>
    <message>
      <source>Compare it letter by letter with the sheet, its last part above all.</source>
      <translation>Vergleichen Sie sie Buchstabe für Buchstabe mit dem Blatt, vor allem den letzten Teil.</translation>
    </message>
    <message>
      <source>Compare it with the sheet; one character is easily mistaken.</source>
      <translation>Vergleichen Sie ihn mit dem Blatt; ein Zeichen ist leicht verwechselt.</translation>
    </message>
    <message>
      <source>Everything you need is on the recovery sheet.</source>
      <translation>Alles Nötige steht auf dem Notfallblatt.</translation>
    </message>
    <message>
      <source>Find my backup</source>
      <translation>Meine Sicherung finden</translation>
    </message>
    <message>
      <source>Get your backup back</source>
      <translation>Ihre Sicherung zurückholen</translation>
    </message>
    <message>
      <source>It could not be kept on this computer</source>
      <translation>Es ließ sich auf diesem Computer nicht aufbewahren</translation>
    </message>
    <message>
      <source>It is on a drive…</source>
      <translation>Sie liegt auf einem Laufwerk …</translation>
    </message>
    <message>
      <source>Look for the backup</source>
      <translation>Die Sicherung suchen</translation>
    </message>
    <message>
      <source>Recovery key, or password</source>
      <translation>Notfallschlüssel oder Passwort</translation>
    </message>
    <message>
      <source>Secret key</source>
      <translation>Geheimer Schlüssel</translation>
    </message>
    <message>
      <source>Show the key</source>
      <translation>Den Schlüssel zeigen</translation>
    </message>
    <message>
      <source>Show the secret key</source>
      <translation>Den geheimen Schlüssel zeigen</translation>
    </message>
    <message>
      <source>The folder of the backup on the drive</source>
      <translation>Der Ordner der Sicherung auf dem Laufwerk</translation>
    </message>
    <message>
      <source>The key is spelled right: it is of another backup.</source>
      <translation>Der Schlüssel ist richtig geschrieben: Er gehört zu einer anderen Sicherung.</translation>
    </message>
    <message>
      <source>There is no backup at this address</source>
      <translation>An dieser Adresse ist keine Sicherung</translation>
    </message>
    <message>
      <source>Type the address and the recovery key first.</source>
      <translation>Geben Sie zuerst die Adresse und den Notfallschlüssel ein.</translation>
    </message>
    <message>
      <source>Your backup is found, and it opens</source>
      <translation>Ihre Sicherung ist gefunden und lässt sich öffnen</translation>
    </message>
    <message>
      <source>as on the sheet, or what its code says</source>
      <translation>wie auf dem Blatt oder was sein Code sagt</translation>
    </message>
  </context>
  <context>
    <name>NothingYet</name>
    <message>
      <source>Back up now</source>
      <translation>Jetzt sichern</translation>
    </message>
  </context>
  <context>
    <name>OldPart</name>
    <message>
      <source>Free space…</source>
      <translation>Platz schaffen …</translation>
    </message>
  </context>
  <context>
    <name>PasswordDialog</name>
    <message>
      <source>Adding the new password…</source>
      <translation>Das neue Passwort wird hinzugefügt …</translation>
    </message>
    <message>
      <source>Change it</source>
      <translation>Ändern</translation>
    </message>
    <message>
      <source>Change the password</source>
      <translation>Passwort ändern</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Done. The old password opens nothing any more.</source>
      <translation>Fertig. Das alte Passwort öffnet nichts mehr.</translation>
    </message>
    <message>
      <source>Done. What this computer used until now opens nothing any more; the passwords of your other computers still do.</source>
      <translation>Fertig. Was dieser Computer bisher verwendet hat, öffnet nichts mehr; die Passwörter Ihrer anderen Computer schon.</translation>
    </message>
    <message>
      <source>New password</source>
      <translation>Neues Passwort</translation>
    </message>
    <message>
      <source>Removing the old password…</source>
      <translation>Das alte Passwort wird entfernt …</translation>
    </message>
    <message>
      <source>Show the password</source>
      <translation>Das Passwort zeigen</translation>
    </message>
    <message>
      <source>The new password holds. The old one still opens the backup, too: %1. You can remove it later, under “Who can open the backup”.</source>
      <translation>Das neue Passwort gilt. Auch das alte öffnet die Sicherung noch: %1. Sie können es später unter „Wer die Sicherung öffnen kann“ entfernen.</translation>
    </message>
    <message>
      <source>The new password then opens the backup, on this computer too. Recovery sheets and the passwords of your other computers keep working.</source>
      <translation>Das neue Passwort öffnet dann die Sicherung, auch auf diesem Computer. Notfallblätter und die Passwörter Ihrer anderen Computer gelten weiter.</translation>
    </message>
    <message>
      <source>This computer then opens the backup with the new password. Each computer of your household has a password of its own: theirs keep working, and so do recovery sheets.</source>
      <translation>Dieser Computer öffnet die Sicherung dann mit dem neuen Passwort. Jeder Computer Ihres Haushalts hat ein eigenes: Die anderen gelten weiter, Notfallblätter auch.</translation>
    </message>
    <message>
      <source>Type a password first.</source>
      <translation>Geben Sie zuerst ein Passwort ein.</translation>
    </message>
  </context>
  <context>
    <name>PasswordPart</name>
    <message>
      <source>Its recovery key will do, too, or a code that another computer shows under “Let another computer in…”.</source>
      <translation>Auch der Notfallschlüssel geht, oder ein Code, den ein anderer Computer unter „Einen weiteren Computer hereinlassen …“ zeigt.</translation>
    </message>
    <message>
      <source>Its recovery key will do, too.</source>
      <translation>Ihr Notfallschlüssel geht auch.</translation>
    </message>
    <message>
      <source>No password, only a recovery key</source>
      <translation>Kein Passwort, nur ein Notfallschlüssel</translation>
    </message>
    <message>
      <source>Nobody can reset it, us included. Next you get a recovery sheet, which opens the backup if you forget the password.</source>
      <translation>Niemand kann es zurücksetzen, auch wir nicht. Als Nächstes bekommen Sie ein Notfallblatt, das die Sicherung öffnet, wenn Sie das Passwort vergessen.</translation>
    </message>
    <message>
      <source>Password</source>
      <translation>Passwort</translation>
    </message>
    <message>
      <source>Show the password</source>
      <translation>Das Passwort zeigen</translation>
    </message>
  </context>
  <context>
    <name>PersonCard</name>
    <message>
      <source>A person</source>
      <translation>Ein Mensch</translation>
    </message>
    <message>
      <source>Ask something else</source>
      <translation>Etwas anderes fragen</translation>
    </message>
    <message>
      <source>Make a report for support</source>
      <translation>Bericht für die Hilfe erstellen</translation>
    </message>
    <message>
      <source>Write to them</source>
      <translation>Dorthin schreiben</translation>
    </message>
  </context>
  <context>
    <name>PersonWishes</name>
    <message>
      <source>A question</source>
      <translation>Eine Frage</translation>
    </message>
    <message>
      <source>Give it away</source>
      <translation>Platz aufgeben</translation>
    </message>
    <message>
      <source>Give your place away?</source>
      <translation>Ihren Platz aufgeben?</translation>
    </message>
    <message>
      <source>Keep it</source>
      <translation>Behalten</translation>
    </message>
    <message>
      <source>Whoever asks anew begins at the end of the line.</source>
      <translation>Wer später wieder fragt, stellt sich hinten an.</translation>
    </message>
  </context>
  <context>
    <name>PlaceDialog</name>
    <message>
      <source>Access key</source>
      <translation>Zugangsschlüssel</translation>
    </message>
    <message>
      <source>Address and keys</source>
      <translation>Adresse und Schlüssel</translation>
    </message>
    <message>
      <source>Asking the storage…</source>
      <translation>Der Speicher wird gefragt …</translation>
    </message>
    <message>
      <source>Begin a new backup there</source>
      <translation>Dort eine neue Sicherung beginnen</translation>
    </message>
    <message>
      <source>Both keys are needed.</source>
      <translation>Beide Schlüssel werden gebraucht.</translation>
    </message>
    <message>
      <source>It does not open the backup. Try again.</source>
      <translation>Es öffnet die Sicherung nicht. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
      <source>Password of the backup, or its recovery key</source>
      <translation>Passwort der Sicherung oder ihr Notfallschlüssel</translation>
    </message>
    <message>
      <source>Preparing the place and its keys…</source>
      <translation>Der Ort und seine Schlüssel werden vorbereitet …</translation>
    </message>
    <message>
      <source>Region</source>
      <translation>Region</translation>
    </message>
    <message>
      <source>Secret key</source>
      <translation>Geheimer Schlüssel</translation>
    </message>
    <message>
      <source>Show the password</source>
      <translation>Das Passwort zeigen</translation>
    </message>
    <message>
      <source>Show the secret key</source>
      <translation>Den geheimen Schlüssel zeigen</translation>
    </message>
    <message>
      <source>The keys are right, but the password that this computer keeps does not open the backup. It was changed elsewhere: type the new one.</source>
      <translation>Die Schlüssel stimmen, aber das Passwort, das dieser Computer aufbewahrt, öffnet die Sicherung nicht. Es wurde anderswo geändert: Geben Sie das neue ein.</translation>
    </message>
    <message>
      <source>There is a backup at this address, but it is not yours of until now.</source>
      <translation>An dieser Adresse liegt eine Sicherung, aber nicht Ihre bisherige.</translation>
    </message>
    <message>
      <source>There is no backup at this address.</source>
      <translation>An dieser Adresse ist keine Sicherung.</translation>
    </message>
    <message>
      <source>They are tried first, and kept if your backup is there and opens.</source>
      <translation>Sie werden zuerst geprüft und gelten, wenn Ihre Sicherung dort liegt und sich öffnen lässt.</translation>
    </message>
    <message>
      <source>Try and keep</source>
      <translation>Prüfen und behalten</translation>
    </message>
    <message>
      <source>Type the address first.</source>
      <translation>Geben Sie zuerst die Adresse ein.</translation>
    </message>
    <message>
      <source>Where the backup is</source>
      <translation>Wo die Sicherung liegt</translation>
    </message>
    <message>
      <source>as it was</source>
      <translation>wie bisher</translation>
    </message>
    <message>
      <source>if your storage asks for one</source>
      <translation>wenn Ihr Speicher eine verlangt</translation>
    </message>
  </context>
  <context>
    <name>PlaceTrial</name>
    <message>
      <source>%1 are free.</source>
      <translation>%1 sind frei.</translation>
    </message>
    <message>
      <source>It answers</source>
      <translation>Er antwortet</translation>
    </message>
    <message>
      <source>Look for a backup there</source>
      <translation>Dort nach einer Sicherung suchen</translation>
    </message>
    <message>
      <source>Nothing is there yet.</source>
      <translation>Dort ist noch nichts.</translation>
    </message>
    <message>
      <source>There is none: a new one begins.</source>
      <translation>Es gibt keine: Eine neue beginnt.</translation>
    </message>
    <message>
      <source>There is one. You can go on with it if you know its password.</source>
      <translation>Es gibt eine. Sie können mit ihr weitermachen, wenn Sie ihr Passwort kennen.</translation>
    </message>
    <message>
      <source>Write something and remove it again</source>
      <translation>Etwas schreiben und wieder entfernen</translation>
    </message>
  </context>
  <context>
    <name>Presence</name>
    <message>
      <source>A check changes nothing, so your backups stay as they are. What it has looked at is not remembered: the next check begins anew.</source>
      <translation>Eine Prüfung ändert nichts, Ihre Sicherungen bleiben also, wie sie sind. Was sie angesehen hat, merkt sie sich nicht: Die nächste Prüfung beginnt von vorn.</translation>
    </message>
    <message>
      <source>Everything that has arrived is kept and stays safe, and the next backup goes on from there: only what is on its way right now is sent again. To go on later today, pause it instead.</source>
      <translation>Alles, was angekommen ist, bleibt erhalten und sicher, und die nächste Sicherung macht dort weiter: Nur was gerade unterwegs ist, wird noch einmal gesendet. Soll es heute noch weitergehen, genügt eine Pause.</translation>
    </message>
    <message>
      <source>Go on</source>
      <translation>Weitermachen</translation>
    </message>
    <message>
      <source>It can go on by itself without the window. If you stop it, everything that has arrived is kept and stays safe, and the next backup goes on from there: only what is on its way right now is sent again.</source>
      <translation>Sie kann ohne das Fenster von selbst weiterlaufen. Wenn Sie sie anhalten, bleibt alles, was angekommen ist, erhalten und sicher, und die nächste Sicherung macht dort weiter: Nur was gerade unterwegs ist, wird noch einmal gesendet.</translation>
    </message>
    <message>
      <source>Keep Plainkeep at hand?</source>
      <translation>Plainkeep griffbereit lassen?</translation>
    </message>
    <message>
      <source>Make it small</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>Quit while a backup is at work?</source>
      <translation>Beenden, während eine Sicherung läuft?</translation>
    </message>
    <message>
      <source>Quit, let it go on</source>
      <translation>Beenden, weiterlaufen lassen</translation>
    </message>
    <message>
      <source>Stop it and quit</source>
      <translation>Anhalten und beenden</translation>
    </message>
    <message>
      <source>Stop the backup</source>
      <translation>Sicherung anhalten</translation>
    </message>
    <message>
      <source>Stop the backup?</source>
      <translation>Die Sicherung anhalten?</translation>
    </message>
    <message>
      <source>Stop the check</source>
      <translation>Prüfung anhalten</translation>
    </message>
    <message>
      <source>Stop the check?</source>
      <translation>Die Prüfung anhalten?</translation>
    </message>
    <message>
      <source>This desktop has no place for its icon, so the window can only be made small.</source>
      <translation>Auf diesem Desktop gibt es keinen Platz für das Symbol; das Fenster lässt sich nur verkleinern.</translation>
    </message>
  </context>
  <context>
    <name>ProblemCard</name>
    <message>
      <source>Show less</source>
      <translation>Weniger zeigen</translation>
    </message>
    <message>
      <source>Show more</source>
      <translation>Mehr zeigen</translation>
    </message>
    <message>
      <source>Your data:</source>
      <translation>Ihre Daten:</translation>
    </message>
  </context>
  <context>
    <name>ProblemsPage</name>
    <message>
      <source>Save list</source>
      <translation>Liste speichern</translation>
    </message>
    <message>
      <source>Save list…</source>
      <translation>Liste speichern …</translation>
    </message>
    <message>
      <source>See History</source>
      <translation>Zum Verlauf</translation>
    </message>
  </context>
  <context>
    <name>Question</name>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
  </context>
  <context>
    <name>RatingPart</name>
    <message>
      <source>Back to the conversation</source>
      <translation>Zurück zum Gespräch</translation>
    </message>
    <message>
      <source>Not solved</source>
      <translation>Nicht gelöst</translation>
    </message>
    <message>
      <source>Was it solved?</source>
      <translation>Wurde es gelöst?</translation>
    </message>
    <message>
      <source>What we should know about it, if anything</source>
      <translation>Was wir darüber wissen sollten, wenn Sie mögen</translation>
    </message>
    <message>
      <source>What you want to say about it</source>
      <translation>Was Sie dazu sagen möchten</translation>
    </message>
    <message>
      <source>Yes, solved</source>
      <translation>Ja, gelöst</translation>
    </message>
  </context>
  <context>
    <name>ReportDialog</name>
    <message>
      <source>All facts</source>
      <translation>Alle Angaben</translation>
    </message>
    <message>
      <source>Asking the storage and looking through the notes…</source>
      <translation>Der Speicher wird gefragt, die Notizen werden durchgesehen …</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Do it with me</source>
      <translation>Machen Sie es mit mir</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Events</source>
      <translation>Ereignisse</translation>
    </message>
    <message>
      <source>Everything the report says</source>
      <translation>Alles, was der Bericht sagt</translation>
    </message>
    <message>
      <source>Explain it to me</source>
      <translation>Erklären Sie es mir</translation>
    </message>
    <message>
      <source>Files that are not safe</source>
      <translation>Dateien, die nicht sicher sind</translation>
    </message>
    <message>
      <source>How can you be reached?</source>
      <translation>Wie sind Sie erreichbar?</translation>
    </message>
    <message>
      <source>How do you want to be helped?</source>
      <translation>Wie soll Ihnen geholfen werden?</translation>
    </message>
    <message>
      <source>Include the names of files and folders</source>
      <translation>Namen von Dateien und Ordnern nennen</translation>
    </message>
    <message>
      <source>Include where Plainkeep ended unexpectedly</source>
      <translation>Mit der Stelle, an der Plainkeep unerwartet endete</translation>
    </message>
    <message>
      <source>It can be sent to %1.</source>
      <translation>Er kann an %1 geschickt werden.</translation>
    </message>
    <message>
      <source>It could not be saved: %1</source>
      <translation>Er konnte nicht gespeichert werden: %1</translation>
    </message>
    <message>
      <source>Just the steps</source>
      <translation>Nur die Schritte</translation>
    </message>
    <message>
      <source>Optional; it is in the report.</source>
      <translation>Freiwillig; es steht im Bericht.</translation>
    </message>
    <message>
      <source>Optional; so is this.</source>
      <translation>Freiwillig; dies auch.</translation>
    </message>
    <message>
      <source>Overview</source>
      <translation>Überblick</translation>
    </message>
    <message>
      <source>Report for support</source>
      <translation>Bericht für die Hilfe</translation>
    </message>
    <message>
      <source>Save elsewhere…</source>
      <translation>Woanders speichern …</translation>
    </message>
    <message>
      <source>Save report</source>
      <translation>Bericht speichern</translation>
    </message>
    <message>
      <source>Saved: %1</source>
      <translation>Gespeichert: %1</translation>
    </message>
    <message>
      <source>Send it along</source>
      <translation>Mitschicken</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>Im Ordner zeigen</translation>
    </message>
    <message>
      <source>The report is being made.</source>
      <translation>Der Bericht wird gerade erstellt.</translation>
    </message>
    <message>
      <source>This is everything it says, and nothing is sent by itself. It has no passwords and no keys; names of files are replaced by other words unless you include them.</source>
      <translation>Das ist alles, was er sagt, und nichts wird von selbst verschickt. Passwörter und Schlüssel stehen nicht darin; Namen von Dateien sind durch andere Wörter ersetzt, wenn Sie sie nicht nennen wollen.</translation>
    </message>
    <message>
      <source>What happened?</source>
      <translation>Was ist geschehen?</translation>
    </message>
    <message>
      <source>Where should the report be saved?</source>
      <translation>Wo soll der Bericht gespeichert werden?</translation>
    </message>
  </context>
  <context>
    <name>RestoreFooter</name>
    <message>
      <source>A new folder</source>
      <translation>Ein neuer Ordner</translation>
    </message>
    <message>
      <source>Another folder…</source>
      <translation>Ein anderer Ordner …</translation>
    </message>
    <message>
      <source>Change…</source>
      <translation>Ändern …</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>If a file is already there</source>
      <translation>Falls schon vorhanden</translation>
    </message>
    <message>
      <source>Keep both</source>
      <translation>Beide behalten</translation>
    </message>
    <message>
      <source>Leave it as it is</source>
      <translation>So lassen, wie sie ist</translation>
    </message>
    <message>
      <source>One .zip file…</source>
      <translation>Eine .zip-Datei …</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>Ordner öffnen</translation>
    </message>
    <message>
      <source>Replace it</source>
      <translation>Ersetzen</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>Wiederherstellen</translation>
    </message>
    <message>
      <source>Show which</source>
      <translation>Zeigen, welche</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Tick what you want back first</source>
      <translation>Haken Sie zuerst an, was Sie zurückhaben möchten</translation>
    </message>
    <message>
      <source>What to do</source>
      <translation>Was zu tun ist</translation>
    </message>
    <message>
      <source>Where they were</source>
      <translation>Wo sie waren</translation>
    </message>
  </context>
  <context>
    <name>RestorePage</name>
    <message>
      <source>By date</source>
      <translation>Nach Datum</translation>
    </message>
    <message>
      <source>By file</source>
      <translation>Nach Datei</translation>
    </message>
    <message>
      <source>Everything</source>
      <translation>Alles</translation>
    </message>
    <message>
      <source>In %1, files of the same name become what they were in the backup. What they hold now is lost unless it is in a backup, too.</source>
      <translation>In %1 werden Dateien gleichen Namens wieder so, wie sie in der Sicherung waren. Was sie jetzt enthalten, geht verloren, wenn es nicht auch gesichert ist.</translation>
    </message>
    <message>
      <source>Replace</source>
      <translation>Ersetzen</translation>
    </message>
    <message>
      <source>Replace what is there?</source>
      <translation>Ersetzen, was da ist?</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>Wiederherstellen</translation>
    </message>
    <message>
      <source>Restore into</source>
      <translation>Wiederherstellen in</translation>
    </message>
    <message>
      <source>Restore to</source>
      <translation>Wiederherstellen nach</translation>
    </message>
  </context>
  <context>
    <name>SecretField</name>
    <message>
      <source>Hide</source>
      <translation>Verbergen</translation>
    </message>
    <message>
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
  </context>
  <context>
    <name>SecuritySection</name>
    <message>
      <source>Change…</source>
      <translation>Ändern …</translation>
    </message>
    <message>
      <source>For when the old one is lost, or the address has changed.</source>
      <translation>Falls das alte verloren ist oder die Adresse sich geändert hat.</translation>
    </message>
    <message>
      <source>Make a new one…</source>
      <translation>Neu anlegen …</translation>
    </message>
    <message>
      <source>Nobody can reset it, us included.</source>
      <translation>Niemand kann es zurücksetzen, auch wir nicht.</translation>
    </message>
    <message>
      <source>Password</source>
      <translation>Passwort</translation>
    </message>
    <message>
      <source>Passwords and recovery sheets, each since when.</source>
      <translation>Passwörter und Notfallblätter, jeweils seit wann.</translation>
    </message>
    <message>
      <source>Recovery sheet</source>
      <translation>Notfallblatt</translation>
    </message>
    <message>
      <source>Security</source>
      <translation>Sicherheit</translation>
    </message>
    <message>
      <source>Show…</source>
      <translation>Zeigen …</translation>
    </message>
    <message>
      <source>Who can open the backup</source>
      <translation>Wer die Sicherung öffnen kann</translation>
    </message>
  </context>
  <context>
    <name>SettingsPage</name>
    <message>
      <source>%1 to %2: %3</source>
      <translation>%1 bis %2: %3</translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) could not be read last time.</source>
      <translation>
        <numerusform>%n Datei konnte zuletzt nicht gelesen werden.</numerusform>
        <numerusform>%n Dateien konnten zuletzt nicht gelesen werden.</numerusform>
      </translation>
    </message>
    <message>
      <source>A name or pattern, like *.iso</source>
      <translation>Name oder Muster, wie *.iso</translation>
    </message>
    <message>
      <source>A rule of your own</source>
      <translation>Eine eigene Regel</translation>
    </message>
    <message>
      <source>Add a folder</source>
      <translation>Ordner hinzufügen</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
      <source>Another folder</source>
      <translation>Ein weiterer Ordner</translation>
    </message>
    <message>
      <source>Appearance and start</source>
      <translation>Aussehen und Start</translation>
    </message>
    <message>
      <source>As much as there is.</source>
      <translation>So viel, wie es gibt.</translation>
    </message>
    <message>
      <source>As soon as files change</source>
      <translation>Sobald sich etwas ändert</translation>
    </message>
    <message>
      <source>At most %1.</source>
      <translation>Höchstens %1.</translation>
    </message>
    <message>
      <source>Back up</source>
      <translation>Sichern</translation>
    </message>
    <message>
      <source>Backups that simply go well are never told.</source>
      <translation>Sicherungen, die einfach gelingen, werden nie gemeldet.</translation>
    </message>
    <message>
      <source>Caches and previews</source>
      <translation>Zwischenspeicher und Vorschauen</translation>
    </message>
    <message>
      <source>Colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Downloads that are not done, and what programs hold open.</source>
      <translation>Unfertige Downloads und was Programme offen halten.</translation>
    </message>
    <message>
      <source>Every day</source>
      <translation>Jeden Tag</translation>
    </message>
    <message>
      <source>Every hour</source>
      <translation>Jede Stunde</translation>
    </message>
    <message>
      <source>Files that cannot be read</source>
      <translation>Dateien, die nicht lesbar sind</translation>
    </message>
    <message>
      <source>Folders</source>
      <translation>Ordner</translation>
    </message>
    <message>
      <source>Folders marked as caches</source>
      <translation>Als Zwischenspeicher markierte Ordner</translation>
    </message>
    <message>
      <source>If the computer is off then, the backup begins when it is on again.</source>
      <translation>Ist der Computer dann aus, beginnt die Sicherung nach dem Einschalten.</translation>
    </message>
    <message>
      <source>If you take a folder out, what the backup has of it stays.</source>
      <translation>Nehmen Sie einen Ordner heraus, bleibt, was die Sicherung von ihm hat.</translation>
    </message>
    <message>
      <source>Keep the computer awake during a backup</source>
      <translation>Den Computer während der Sicherung wach halten</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>Auslassen</translation>
    </message>
    <message>
      <source>Leave them out</source>
      <translation>Sie auslassen</translation>
    </message>
    <message>
      <source>Leaves room for calls and films on a slow line.</source>
      <translation>Lässt auf langsamen Leitungen Platz für Anrufe und Filme.</translation>
    </message>
    <message>
      <source>Left out</source>
      <translation>Ausgelassen</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>No limit</source>
      <translation>Keine Grenze</translation>
    </message>
    <message>
      <source>No longer leave out</source>
      <translation>Nicht mehr auslassen</translation>
    </message>
    <message>
      <source>Notifications</source>
      <translation>Benachrichtigungen</translation>
    </message>
    <message>
      <source>Once for each cause; it goes when it is over.</source>
      <translation>Einmal je Ursache; sie verschwindet, wenn es vorbei ist.</translation>
    </message>
    <message>
      <source>Only by hand</source>
      <translation>Nur von Hand</translation>
    </message>
    <message>
      <source>Only while it is plugged in.</source>
      <translation>Nur solange er am Strom hängt.</translation>
    </message>
    <message>
      <source>Programs mark them with a file named CACHEDIR.TAG.</source>
      <translation>Programme markieren sie mit einer Datei namens CACHEDIR.TAG.</translation>
    </message>
    <message>
      <source>Send at most</source>
      <translation>Höchstens senden</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>Start with the computer</source>
      <translation>Mit dem Computer starten</translation>
    </message>
    <message>
      <source>Such as a phone's hotspot.</source>
      <translation>Zum Beispiel der Hotspot eines Telefons.</translation>
    </message>
    <message>
      <source>Such as node_modules; a project's own files are kept.</source>
      <translation>Zum Beispiel node_modules; die eigenen Dateien eines Projekts bleiben.</translation>
    </message>
    <message>
      <source>System</source>
      <translation>System</translation>
    </message>
    <message>
      <source>Take out</source>
      <translation>Herausnehmen</translation>
    </message>
    <message>
      <source>Temporary files</source>
      <translation>Temporäre Dateien</translation>
    </message>
    <message>
      <source>The icon appears when you log in, the window stays closed.</source>
      <translation>Das Symbol erscheint bei der Anmeldung, das Fenster bleibt zu.</translation>
    </message>
    <message>
      <source>The trash</source>
      <translation>Der Papierkorb</translation>
    </message>
    <message>
      <source>This computer does not let programs keep it awake.</source>
      <translation>Dieser Computer lässt sich von Programmen nicht wach halten.</translation>
    </message>
    <message>
      <source>This computer does not tell programs which connections are metered.</source>
      <translation>Dieser Computer sagt Programmen nicht, welche Verbindungen getaktet sind.</translation>
    </message>
    <message>
      <source>This computer has no battery.</source>
      <translation>Dieser Computer hat keinen Akku.</translation>
    </message>
    <message>
      <source>Time of day</source>
      <translation>Uhrzeit</translation>
    </message>
    <message>
      <source>Wait on metered connections</source>
      <translation>Bei getakteten Verbindungen warten</translation>
    </message>
    <message>
      <source>Wait while running on battery</source>
      <translation>Im Akkubetrieb warten</translation>
    </message>
    <message>
      <source>What developers' tools fetch again</source>
      <translation>Was Entwicklerwerkzeuge neu holen</translation>
    </message>
    <message>
      <source>What programs make again by themselves.</source>
      <translation>Was Programme von selbst neu anlegen.</translation>
    </message>
    <message>
      <source>What you have thrown away.</source>
      <translation>Was Sie weggeworfen haben.</translation>
    </message>
    <message>
      <source>When</source>
      <translation>Wann</translation>
    </message>
    <message>
      <source>When something needs you</source>
      <translation>Wenn etwas Sie braucht</translation>
    </message>
    <message>
      <source>When the first backup or a restore is done</source>
      <translation>Wenn die erste Sicherung oder eine Wiederherstellung fertig ist</translation>
    </message>
    <message>
      <source>When the storage is nearly full</source>
      <translation>Wenn der Speicher fast voll ist</translation>
    </message>
    <message>
      <source>When there was no backup for days</source>
      <translation>Wenn es tagelang keine Sicherung gab</translation>
    </message>
  </context>
  <context>
    <name>SeveralBar</name>
    <message numerus="yes">
      <source>%n chosen</source>
      <translation>
        <numerusform>%n gewählt</numerusform>
        <numerusform>%n gewählt</numerusform>
      </translation>
    </message>
    <message>
      <source>Choose none</source>
      <translation>Keine wählen</translation>
    </message>
    <message>
      <source>Restore what is chosen…</source>
      <translation>Gewähltes wiederherstellen …</translation>
    </message>
    <message>
      <source>Restore…</source>
      <translation>Wiederherstellen …</translation>
    </message>
  </context>
  <context>
    <name>SheetDialog</name>
    <message>
      <source>A new recovery sheet</source>
      <translation>Ein neues Notfallblatt</translation>
    </message>
    <message>
      <source>Adding a new recovery key…</source>
      <translation>Ein neuer Notfallschlüssel wird hinzugefügt …</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Removing the sheets before…</source>
      <translation>Die früheren Blätter werden ungültig gemacht …</translation>
    </message>
    <message>
      <source>Sheets made before open the backup no more</source>
      <translation>Frühere Blätter öffnen die Sicherung nicht mehr</translation>
    </message>
    <message>
      <source>The new sheet holds. The one before still opens the backup: %1. You can remove it later, under “Who can open the backup”.</source>
      <translation>Das neue Blatt gilt. Das vorige öffnet die Sicherung noch: %1. Sie können es später unter „Wer die Sicherung öffnen kann“ entfernen.</translation>
    </message>
    <message>
      <source>Type the last four characters of the key first.</source>
      <translation>Geben Sie zuerst die letzten vier Zeichen des Schlüssels ein.</translation>
    </message>
    <message>
      <source>With this sheet you get everything back, also on a new computer, also without us.</source>
      <translation>Mit diesem Blatt bekommen Sie alles zurück, auch auf einem neuen Computer, auch ohne uns.</translation>
    </message>
  </context>
  <context>
    <name>SheetPart</name>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n weitere</numerusform>
        <numerusform>%n weitere</numerusform>
      </translation>
    </message>
    <message>
      <source>A recovery key is made</source>
      <translation>Ein Notfallschlüssel ist angelegt</translation>
    </message>
    <message>
      <source>Either the password or this key opens your backup.</source>
      <translation>Das Passwort oder dieser Schlüssel öffnet Ihre Sicherung.</translation>
    </message>
    <message>
      <source>It could not be saved: %1</source>
      <translation>Es ließ sich nicht speichern: %1</translation>
    </message>
    <message>
      <source>Keep it where fire and thieves would not find the computer too.</source>
      <translation>Verwahren Sie es, wo Feuer und Diebe nicht auch den Computer finden.</translation>
    </message>
    <message>
      <source>Password is set</source>
      <translation>Passwort ist gesetzt</translation>
    </message>
    <message>
      <source>Plainkeep recovery sheet</source>
      <translation>Plainkeep-Notfallblatt</translation>
    </message>
    <message>
      <source>Print or save the sheet</source>
      <translation>Blatt drucken oder speichern</translation>
    </message>
    <message>
      <source>Print…</source>
      <translation>Drucken …</translation>
    </message>
    <message>
      <source>Save as PDF…</source>
      <translation>Als PDF speichern …</translation>
    </message>
    <message>
      <source>Save the recovery sheet</source>
      <translation>Notfallblatt speichern</translation>
    </message>
    <message>
      <source>Sheet printed at %1</source>
      <translation>Blatt gedruckt um %1</translation>
    </message>
    <message>
      <source>Sheet saved at %1</source>
      <translation>Blatt gespeichert um %1</translation>
    </message>
    <message>
      <source>So we both know you have the sheet.</source>
      <translation>So wissen wir beide, dass Sie das Blatt haben.</translation>
    </message>
    <message>
      <source>That is not how the key ends.</source>
      <translation>So endet der Schlüssel nicht.</translation>
    </message>
    <message>
      <source>That is right.</source>
      <translation>Das stimmt.</translation>
    </message>
    <message>
      <source>The last four characters of the key</source>
      <translation>Die letzten vier Zeichen des Schlüssels</translation>
    </message>
    <message>
      <source>This key alone opens your backup. This computer keeps it.</source>
      <translation>Nur dieser Schlüssel öffnet Ihre Sicherung. Dieser Computer bewahrt ihn auf.</translation>
    </message>
    <message>
      <source>Type the last four characters of the key</source>
      <translation>Geben Sie die letzten vier Zeichen des Schlüssels ein</translation>
    </message>
  </context>
  <context>
    <name>SignInDialog</name>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Not now</source>
      <translation>Jetzt nicht</translation>
    </message>
    <message>
      <source>Sign in to your plan</source>
      <translation>Bei Ihrem Tarif anmelden</translation>
    </message>
  </context>
  <context>
    <name>SignInPart</name>
    <message>
      <source>Address of the service</source>
      <translation>Adresse des Dienstes</translation>
    </message>
    <message>
      <source>Asking for a code</source>
      <translation>Code wird angefragt</translation>
    </message>
    <message>
      <source>Code: %1</source>
      <translation>Code: %1</translation>
    </message>
    <message>
      <source>Compare this code with the page in your browser:</source>
      <translation>Vergleichen Sie diesen Code mit der Seite in Ihrem Browser:</translation>
    </message>
    <message>
      <source>It has opened by itself. On a phone, use the QR code, or this address:</source>
      <translation>Sie ist von selbst aufgegangen. Auf einem Telefon nehmen Sie den QR-Code oder diese Adresse:</translation>
    </message>
    <message>
      <source>Open the page again</source>
      <translation>Die Seite noch einmal öffnen</translation>
    </message>
    <message>
      <source>QR code with the address of the page and the code</source>
      <translation>QR-Code mit der Adresse der Seite und dem Code</translation>
    </message>
    <message>
      <source>Sign in</source>
      <translation>Anmelden</translation>
    </message>
    <message>
      <source>This computer is signed in at %1</source>
      <translation>Dieser Computer ist bei %1 angemeldet</translation>
    </message>
    <message>
      <source>Type the address of the service first.</source>
      <translation>Geben Sie zuerst die Adresse des Dienstes ein.</translation>
    </message>
    <message>
      <source>Waiting for you to confirm the code</source>
      <translation>Wartet, bis Sie den Code bestätigen</translation>
    </message>
    <message>
      <source>What this computer is called</source>
      <translation>Wie dieser Computer heißt</translation>
    </message>
    <message>
      <source>as your invitation or its page says</source>
      <translation>wie in Ihrer Einladung oder auf seiner Seite</translation>
    </message>
  </context>
  <context>
    <name>StartPage</name>
    <message>
      <source>%1 to be backed up, %2 free</source>
      <translation>%1 zu sichern, %2 frei</translation>
    </message>
    <message>
      <source>By itself, every hour</source>
      <translation>Von selbst, jede Stunde</translation>
    </message>
    <message>
      <source>From now on it runs by itself. You can pause it or change this at any time.</source>
      <translation>Ab jetzt läuft sie von selbst. Sie können das jederzeit anhalten oder ändern.</translation>
    </message>
    <message>
      <source>How much fits is not known to us</source>
      <translation>Wie viel Platz ist, wissen wir nicht</translation>
    </message>
    <message>
      <source>If the storage gets full you are told, and what is safe stays safe.</source>
      <translation>Wird der Speicher voll, erfahren Sie es, und was sicher ist, bleibt sicher.</translation>
    </message>
    <message>
      <source>It fits</source>
      <translation>Es passt</translation>
    </message>
    <message>
      <source>It will probably not fit</source>
      <translation>Es wird wohl nicht passen</translation>
    </message>
    <message>
      <source>Junk is left out.</source>
      <translation>Überflüssiges wird ausgelassen.</translation>
    </message>
    <message>
      <source>Keep the password and the plan on this computer</source>
      <translation>Passwort und Plan auf diesem Computer aufbewahren</translation>
    </message>
    <message>
      <source>Locked before it leaves this computer</source>
      <translation>Verschlossen, bevor es diesen Computer verlässt</translation>
    </message>
    <message>
      <source>Not on battery, and not on a connection that charges for data.</source>
      <translation>Nicht im Akkubetrieb und nicht über Verbindungen, die nach Datenmenge kosten.</translation>
    </message>
    <message>
      <source>Prepare the place and its keys</source>
      <translation>Den Ort und seine Schlüssel vorbereiten</translation>
    </message>
    <message>
      <source>Ready for your first backup</source>
      <translation>Bereit für Ihre erste Sicherung</translation>
    </message>
    <message>
      <source>Start the first backup</source>
      <translation>Erste Sicherung starten</translation>
    </message>
    <message>
      <source>You are reminded of the recovery sheet tomorrow.</source>
      <translation>An das Notfallblatt werden Sie morgen erinnert.</translation>
    </message>
    <message>
      <source>You have the recovery sheet.</source>
      <translation>Sie haben das Notfallblatt.</translation>
    </message>
    <message>
      <source>so far </source>
      <translation>bisher </translation>
    </message>
  </context>
  <context>
    <name>StorageForm</name>
    <message>
      <source>Access key</source>
      <translation>Zugangsschlüssel</translation>
    </message>
    <message>
      <source>Account ID</source>
      <translation>Konto-ID</translation>
    </message>
    <message>
      <source>Address</source>
      <translation>Adresse</translation>
    </message>
    <message>
      <source>Another one: its address</source>
      <translation>Ein anderer: seine Adresse</translation>
    </message>
    <message>
      <source>Name of the storage space</source>
      <translation>Name des Speicherbereichs</translation>
    </message>
    <message>
      <source>Provider</source>
      <translation>Anbieter</translation>
    </message>
    <message>
      <source>Region</source>
      <translation>Region</translation>
    </message>
    <message>
      <source>Secret key</source>
      <translation>Geheimer Schlüssel</translation>
    </message>
    <message>
      <source>Show the secret key</source>
      <translation>Den geheimen Schlüssel zeigen</translation>
    </message>
  </context>
  <context>
    <name>StoragePage</name>
    <message>
      <source>Get more storage…</source>
      <translation>Mehr Speicher holen …</translation>
    </message>
    <message>
      <source>How much the backup may take</source>
      <translation>Wie viel die Sicherung belegen darf</translation>
    </message>
    <message>
      <source>I have bought more storage</source>
      <translation>Ich habe mehr Speicher gekauft</translation>
    </message>
    <message>
      <source>No limit</source>
      <translation>Keine Grenze</translation>
    </message>
    <message>
      <source>Plainkeep works on Linux. It is not released for macOS and Windows yet.</source>
      <translation>Plainkeep läuft unter Linux. Für macOS und Windows ist es noch nicht erschienen.</translation>
    </message>
    <message>
      <source>Storage &amp; plan</source>
      <translation>Speicher &amp; Tarif</translation>
    </message>
    <message>
      <source>The most the backup may take. At the limit, what is safe stays safe.</source>
      <translation>So viel darf die Sicherung höchstens einnehmen. Was sicher ist, bleibt es auch an der Grenze.</translation>
    </message>
    <message>
      <source>Your plan…</source>
      <translation>Ihr Tarif …</translation>
    </message>
  </context>
  <context>
    <name>StorageSection</name>
    <message>
      <source>A file in the data folder that only you can read.</source>
      <translation>Eine Datei im Datenordner, die nur Sie lesen können.</translation>
    </message>
    <message>
      <source>Change…</source>
      <translation>Ändern …</translation>
    </message>
    <message>
      <source>How much it may take</source>
      <translation>Wie viel sie belegen darf</translation>
    </message>
    <message>
      <source>Storage</source>
      <translation>Speicher</translation>
    </message>
    <message>
      <source>The keyring of this computer.</source>
      <translation>Der Schlüsselbund dieses Computers.</translation>
    </message>
    <message>
      <source>Where the backup is</source>
      <translation>Wo die Sicherung liegt</translation>
    </message>
    <message>
      <source>Who keeps the secrets</source>
      <translation>Wer die Geheimnisse aufbewahrt</translation>
    </message>
  </context>
  <context>
    <name>StoredTree</name>
    <message>
      <source>Show more…</source>
      <translation>Mehr zeigen …</translation>
    </message>
  </context>
  <context>
    <name>TalkPart</name>
    <message>
      <source>End the conversation</source>
      <translation>Gespräch beenden</translation>
    </message>
    <message>
      <source>Give my place away…</source>
      <translation>Meinen Platz aufgeben …</translation>
    </message>
    <message>
      <source>Send</source>
      <translation>Senden</translation>
    </message>
    <message>
      <source>Send a report along…</source>
      <translation>Einen Bericht mitschicken …</translation>
    </message>
    <message>
      <source>What happened? It is read before it is your turn.</source>
      <translation>Was ist passiert? Es wird gelesen, bevor Sie dran sind.</translation>
    </message>
    <message>
      <source>What you want to say</source>
      <translation>Was Sie sagen möchten</translation>
    </message>
    <message>
      <source>Your answer</source>
      <translation>Ihre Antwort</translation>
    </message>
  </context>
  <context>
    <name>ThinOutDialog</name>
    <message numerus="yes">
      <source>%n backup(s) would go; what is left can be restored as before.</source>
      <translation>
        <numerusform>%n Sicherung würde gehen; was bleibt, lässt sich wiederherstellen wie bisher.</numerusform>
        <numerusform>%n Sicherungen würden gehen; was bleibt, lässt sich wiederherstellen wie bisher.</numerusform>
      </translation>
    </message>
    <message>
      <source>About %1 would be free.</source>
      <translation>Etwa %1 würden frei.</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Done: %1 are free again.</source>
      <translation>Fertig: %1 sind wieder frei.</translation>
    </message>
    <message>
      <source>Each backup keeps the files as they were. With fewer of them there is more room; what you have now stays safe whatever you choose.</source>
      <translation>Jede Sicherung hält fest, wie die Dateien damals waren. Mit weniger davon ist mehr Platz; was Sie jetzt haben, bleibt sicher, was immer Sie wählen.</translation>
    </message>
    <message>
      <source>Free %1</source>
      <translation>%1 freigeben</translation>
    </message>
    <message>
      <source>Free space</source>
      <translation>Platz schaffen</translation>
    </message>
    <message>
      <source>Giving the space back… It goes on if you close this.</source>
      <translation>Platz wird freigegeben … Das geht weiter, wenn Sie dies schließen.</translation>
    </message>
    <message>
      <source>Looking what would go…</source>
      <translation>Es wird nachgesehen, was ginge …</translation>
    </message>
    <message>
      <source>No room would come of it: there is next to nothing that could go.</source>
      <translation>Platz käme dabei keiner heraus: Es gibt fast nichts, was gehen könnte.</translation>
    </message>
    <message>
      <source>One a day for a month, one a week for a year, then one a month</source>
      <translation>Eine am Tag für einen Monat, eine in der Woche für ein Jahr, dann eine im Monat</translation>
    </message>
    <message>
      <source>One a day for a week, one a week for 3 months, one a month for a year</source>
      <translation>Eine am Tag für eine Woche, eine in der Woche für 3 Monate, eine im Monat für ein Jahr</translation>
    </message>
    <message>
      <source>Only the newest</source>
      <translation>Nur die neueste</translation>
    </message>
    <message>
      <source>Show what would go</source>
      <translation>Zeigen, was ginge</translation>
    </message>
    <message>
      <source>What goes cannot be brought back.</source>
      <translation>Was geht, kommt nicht wieder.</translation>
    </message>
  </context>
  <context>
    <name>Tray</name>
    <message>
      <source>Back up now</source>
      <translation>Jetzt sichern</translation>
    </message>
    <message>
      <source>For half an hour</source>
      <translation>Für eine halbe Stunde</translation>
    </message>
    <message>
      <source>For two hours</source>
      <translation>Für zwei Stunden</translation>
    </message>
    <message>
      <source>Go on</source>
      <translation>Fortsetzen</translation>
    </message>
    <message>
      <source>Make a report for support…</source>
      <translation>Bericht für die Hilfe erstellen …</translation>
    </message>
    <message>
      <source>Open Plainkeep</source>
      <translation>Plainkeep öffnen</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>Pause</translation>
    </message>
    <message>
      <source>Quit…</source>
      <translation>Beenden …</translation>
    </message>
    <message>
      <source>Restore a file…</source>
      <translation>Datei wiederherstellen …</translation>
    </message>
    <message>
      <source>Until tomorrow</source>
      <translation>Bis morgen</translation>
    </message>
  </context>
  <context>
    <name>Trouble</name>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Try now</source>
      <translation>Jetzt versuchen</translation>
    </message>
  </context>
  <context>
    <name>VersionList</name>
    <message>
      <source>%1 since %2</source>
      <translation>%1 seit %2</translation>
    </message>
    <message>
      <source>No version is in the backup yet.</source>
      <translation>Noch ist keine Version gesichert.</translation>
    </message>
    <message>
      <source>Restore…</source>
      <translation>Wiederherstellen …</translation>
    </message>
    <message numerus="yes">
      <source>Show %n older</source>
      <translation>
        <numerusform>%n ältere zeigen</numerusform>
        <numerusform>%n ältere zeigen</numerusform>
      </translation>
    </message>
    <message>
      <source>Versions</source>
      <translation>Versionen</translation>
    </message>
    <message>
      <source>newest</source>
      <translation>neueste</translation>
    </message>
  </context>
  <context>
    <name>WalkCard</name>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>I have bought more storage</source>
      <translation>Ich habe mehr Speicher gekauft</translation>
    </message>
    <message>
      <source>You can close this; it goes on by itself</source>
      <translation>Sie können das schließen; es geht von selbst weiter</translation>
    </message>
  </context>
  <context>
    <name>WhatPage</name>
    <message>
      <source>Add a folder</source>
      <translation>Ordner hinzufügen</translation>
    </message>
    <message>
      <source>Add a folder…</source>
      <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
      <source>The usual folders are ticked. You can change this at any time.</source>
      <translation>Die üblichen Ordner sind angekreuzt. Sie können das jederzeit ändern.</translation>
    </message>
    <message>
      <source>Tick at least one folder.</source>
      <translation>Kreuzen Sie mindestens einen Ordner an.</translation>
    </message>
    <message>
      <source>What should be safe?</source>
      <translation>Was soll sicher sein?</translation>
    </message>
    <message>
      <source>or drop one here</source>
      <translation>oder einen hierher ziehen</translation>
    </message>
  </context>
  <context>
    <name>WherePage</name>
    <message>
      <source>A drive or folder</source>
      <translation>Ein Laufwerk oder Ordner</translation>
    </message>
    <message>
      <source>A plan with an invitation</source>
      <translation>Ein Tarif mit Einladung</translation>
    </message>
    <message>
      <source>Best on something that does not share a room with this computer.</source>
      <translation>Am besten auf etwas, das nicht im selben Zimmer steht wie dieser Computer.</translation>
    </message>
    <message>
      <source>Choose a drive or a folder.</source>
      <translation>Wählen Sie ein Laufwerk oder einen Ordner.</translation>
    </message>
    <message>
      <source>Fill in all fields first.</source>
      <translation>Füllen Sie zuerst alle Felder aus.</translation>
    </message>
    <message>
      <source>Sign in to your plan first.</source>
      <translation>Melden Sie sich zuerst bei Ihrem Tarif an.</translation>
    </message>
    <message>
      <source>Storage I have an account for</source>
      <translation>Speicher, für den ich ein Konto habe</translation>
    </message>
    <message>
      <source>Test the connection</source>
      <translation>Verbindung prüfen</translation>
    </message>
    <message>
      <source>Test the connection first.</source>
      <translation>Prüfen Sie zuerst die Verbindung.</translation>
    </message>
    <message>
      <source>The test is not done yet.</source>
      <translation>Die Prüfung ist noch nicht fertig.</translation>
    </message>
    <message>
      <source>This one is on this computer, to try it out. A real one is elsewhere.</source>
      <translation>Dieser ist auf diesem Computer, zum Ausprobieren. Ein echter ist anderswo.</translation>
    </message>
    <message>
      <source>Where should it be kept?</source>
      <translation>Wo soll es liegen?</translation>
    </message>
    <message>
      <source>Your files are on this disk, too. If it breaks or is stolen, both are gone: a drive that you can unplug is better.</source>
      <translation>Auch Ihre Dateien liegen auf dieser Platte. Geht sie kaputt oder wird gestohlen, ist beides weg: Ein Laufwerk zum Abziehen ist besser.</translation>
    </message>
    <message>
      <source>Your plan at %1</source>
      <translation>Ihr Tarif bei %1</translation>
    </message>
  </context>
  <context>
    <name>WhoOpensDialog</name>
    <message>
      <source>%1, %2. Whoever has only this cannot open the backup any more.</source>
      <translation>%1, %2. Wer nur das hat, kann die Sicherung dann nicht mehr öffnen.</translation>
    </message>
    <message>
      <source>A password from %1</source>
      <translation>Ein Passwort von %1</translation>
    </message>
    <message>
      <source>A recovery sheet</source>
      <translation>Ein Notfallblatt</translation>
    </message>
    <message>
      <source>Asking the storage…</source>
      <translation>Der Speicher wird gefragt …</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Each of these opens the backup. What is removed opens nothing any more; your files stay as they are.</source>
      <translation>Jedes davon öffnet die Sicherung. Was entfernt ist, öffnet nichts mehr; Ihre Dateien bleiben, wie sie sind.</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Remove this?</source>
      <translation>Das entfernen?</translation>
    </message>
    <message>
      <source>Remove…</source>
      <translation>Entfernen …</translation>
    </message>
    <message>
      <source>Removing it…</source>
      <translation>Wird entfernt …</translation>
    </message>
    <message>
      <source>Who can open the backup</source>
      <translation>Wer die Sicherung öffnen kann</translation>
    </message>
    <message>
      <source>another program</source>
      <translation>ein anderes Programm</translation>
    </message>
    <message>
      <source>since %1</source>
      <translation>seit %1</translation>
    </message>
    <message>
      <source>this computer uses it</source>
      <translation>dieser Computer benutzt es</translation>
    </message>
  </context>
  <context>
    <name>_BarPart</name>
    <message>
      <source>already safe</source>
      <translation>schon sicher</translation>
    </message>
    <message>
      <source>left</source>
      <translation>übrig</translation>
    </message>
    <message>
      <source>sent now</source>
      <translation>jetzt gesendet</translation>
    </message>
  </context>
  <context>
    <name>_GrowthCard</name>
    <message>
      <source>Growth</source>
      <translation>Wachstum</translation>
    </message>
  </context>
  <context>
    <name>_Inside</name>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>Details</source>
      <translation>Einzelheiten</translation>
    </message>
    <message>
      <source>Make a report for support</source>
      <translation>Bericht für die Hilfe erstellen</translation>
    </message>
    <message>
      <source>Meanwhile</source>
      <translation>Inzwischen</translation>
    </message>
    <message>
      <source>Next step</source>
      <translation>Nächster Schritt</translation>
    </message>
    <message>
      <source>Read more</source>
      <translation>Mehr dazu</translation>
    </message>
    <message>
      <source>See all problems</source>
      <translation>Alle Probleme zeigen</translation>
    </message>
    <message>
      <source>Your data</source>
      <translation>Ihre Daten</translation>
    </message>
  </context>
  <context>
    <name>_Line</name>
    <message>
      <source>%1 free of %2</source>
      <translation>%1 frei von %2</translation>
    </message>
  </context>
  <context>
    <name>_SumCard</name>
    <message>
      <source>Caches, trash and what programs can make again.</source>
      <translation>Zwischenspeicher, Papierkorb und was Programme neu anlegen.</translation>
    </message>
    <message>
      <source>Hide the list</source>
      <translation>Liste verbergen</translation>
    </message>
    <message>
      <source>Leave out junk</source>
      <translation>Überflüssiges auslassen</translation>
    </message>
    <message>
      <source>Leave out junk, %1</source>
      <translation>Überflüssiges auslassen, %1</translation>
    </message>
    <message>
      <source>See the list</source>
      <translation>Liste ansehen</translation>
    </message>
    <message>
      <source>Still counting</source>
      <translation>Wird noch gezählt</translation>
    </message>
    <message>
      <source>To be backed up</source>
      <translation>Zu sichern</translation>
    </message>
    <message numerus="yes">
      <source>in %n folder(s)</source>
      <translation>
        <numerusform>in %n Ordner</numerusform>
        <numerusform>in %n Ordnern</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>_Versions</name>
    <message>
      <source>Look at it</source>
      <translation>Ansehen</translation>
    </message>
    <message>
      <source>Versions</source>
      <translation>Versionen</translation>
    </message>
  </context>
  <context>
    <name>account</name>
    <message>
      <source>A code waits for you to confirm it at %1.</source>
      <translation>Ein Code wartet bei %1 auf Ihre Bestätigung.</translation>
    </message>
    <message>
      <source>Back up to the plan…</source>
      <translation>Im Tarif sichern …</translation>
    </message>
    <message>
      <source>Let another computer in…</source>
      <translation>Einen weiteren Computer hereinlassen …</translation>
    </message>
    <message>
      <source>Show the code…</source>
      <translation>Den Code zeigen …</translation>
    </message>
    <message>
      <source>Sign in again…</source>
      <translation>Wieder anmelden …</translation>
    </message>
    <message>
      <source>Sign in to your plan…</source>
      <translation>Bei Ihrem Tarif anmelden …</translation>
    </message>
    <message>
      <source>Sign out…</source>
      <translation>Abmelden …</translation>
    </message>
    <message>
      <source>Signed in at %1. The backup goes to another place.</source>
      <translation>Bei %1 angemeldet. Die Sicherung geht an einen anderen Ort.</translation>
    </message>
    <message>
      <source>This computer is signed in at %1.</source>
      <translation>Dieser Computer ist bei %1 angemeldet.</translation>
    </message>
    <message>
      <source>This computer's seat at %1 was given up: it stores nothing more there.</source>
      <translation>Der Platz dieses Computers bei %1 wurde freigegeben: Er legt dort nichts mehr ab.</translation>
    </message>
    <message>
      <source>With a plan, all computers of your household share one storage.</source>
      <translation>Mit einem Tarif teilen sich alle Computer Ihres Haushalts einen Speicher.</translation>
    </message>
  </context>
  <context>
    <name>cards</name>
    <message>
      <source>%1 free</source>
      <translation>%1 frei</translation>
    </message>
    <message>
      <source>%1: %2 added</source>
      <translation>%1: %2 dazugekommen</translation>
    </message>
    <message>
      <source>%1: %2 are waiting</source>
      <translation>%1: %2 warten</translation>
    </message>
    <message>
      <source>%1: everything is safe</source>
      <translation>%1: alles ist sicher</translation>
    </message>
    <message>
      <source>%1: no backup</source>
      <translation>%1: keine Sicherung</translation>
    </message>
    <message>
      <source>%1; what was done is kept</source>
      <translation>%1; was bis dahin gesichert war, bleibt</translation>
    </message>
    <message numerus="yes">
      <source>%n backup(s) ended early</source>
      <translation>
        <numerusform>%n Sicherung endete vorzeitig</numerusform>
        <numerusform>%n Sicherungen endeten vorzeitig</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n computer(s) share it</source>
      <translation>
        <numerusform>%n Computer nutzt ihn</numerusform>
        <numerusform>%n Computer teilen ihn sich</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) with problems</source>
      <translation>
        <numerusform>%n Tag mit Problemen</numerusform>
        <numerusform>%n Tage mit Problemen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) without a backup</source>
      <translation>
        <numerusform>%n Tag ohne Sicherung</numerusform>
        <numerusform>%n Tage ohne Sicherung</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n weiterer</numerusform>
        <numerusform>%n weitere</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n Problem</numerusform>
        <numerusform>%n Probleme</numerusform>
      </translation>
    </message>
    <message>
      <source>About %1 after this backup</source>
      <translation>Etwa %1 nach dieser Sicherung</translation>
    </message>
    <message>
      <source>Back up less</source>
      <translation>Weniger sichern</translation>
    </message>
    <message>
      <source>Backed up %1, new or changed, %2</source>
      <translation>Gesichert: %1, neu oder geändert, %2</translation>
    </message>
    <message>
      <source>Backing up now</source>
      <translation>Sichert gerade</translation>
    </message>
    <message>
      <source>Change the limit…</source>
      <translation>Grenze ändern …</translation>
    </message>
    <message>
      <source>Choose folders</source>
      <translation>Ordner wählen</translation>
    </message>
    <message>
      <source>Cut short; what was done is kept</source>
      <translation>Abgebrochen; was bis dahin gesichert war, bleibt</translation>
    </message>
    <message>
      <source>Ended early; what was done is kept</source>
      <translation>Vorzeitig beendet; was bis dahin gesichert war, bleibt</translation>
    </message>
    <message>
      <source>Enough for years</source>
      <translation>Reicht für Jahre</translation>
    </message>
    <message>
      <source>Found in the storage and taken over</source>
      <translation>Im Speicher gefunden und übernommen</translation>
    </message>
    <message>
      <source>Free what is not needed</source>
      <translation>Freigeben, was nicht nötig ist</translation>
    </message>
    <message>
      <source>Full</source>
      <translation>Voll</translation>
    </message>
    <message numerus="yes">
      <source>Full in about %n day(s)</source>
      <translation>
        <numerusform>Voll in etwa %n Tag</numerusform>
        <numerusform>Voll in etwa %n Tagen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Full in about %n month(s)</source>
      <translation>
        <numerusform>Voll in etwa %n Monat</numerusform>
        <numerusform>Voll in etwa %n Monaten</numerusform>
      </translation>
    </message>
    <message>
      <source>Full since %1</source>
      <translation>Voll seit %1</translation>
    </message>
    <message>
      <source>Get more storage</source>
      <translation>Mehr Speicher holen</translation>
    </message>
    <message>
      <source>Get more storage…</source>
      <translation>Mehr Speicher holen …</translation>
    </message>
    <message>
      <source>I have bought more storage</source>
      <translation>Ich habe mehr Speicher gekauft</translation>
    </message>
    <message>
      <source>It fits, with %1 to spare</source>
      <translation>Es passt, %1 bleiben frei</translation>
    </message>
    <message>
      <source>It may not fit</source>
      <translation>Es passt vielleicht nicht</translation>
    </message>
    <message>
      <source>Large folders that can be made again need not be in the backup.</source>
      <translation>Große Ordner, die sich wieder herstellen lassen, müssen nicht in die Sicherung.</translation>
    </message>
    <message>
      <source>Looked for changes: there were none</source>
      <translation>Nach Änderungen gesucht: Es gab keine</translation>
    </message>
    <message>
      <source>More can be had where you bought this storage. Bought it already? Say so here.</source>
      <translation>Mehr gibt es dort, wo Sie diesen Speicher gekauft haben. Schon gekauft? Dann sagen Sie es hier.</translation>
    </message>
    <message>
      <source>No problems</source>
      <translation>Keine Probleme</translation>
    </message>
    <message>
      <source>Nothing is stored twice</source>
      <translation>Nichts wird doppelt gespeichert</translation>
    </message>
    <message>
      <source>Nothing is stored twice, which saves %1</source>
      <translation>Nichts wird doppelt gespeichert, das spart %1</translation>
    </message>
    <message>
      <source>Nothing is stored yet</source>
      <translation>Noch ist nichts gespeichert</translation>
    </message>
    <message>
      <source>Old versions and deleted files take %1 of it. See what takes the rest.</source>
      <translation>Alte Versionen und gelöschte Dateien nehmen %1 davon ein. Sehen Sie, was den Rest einnimmt.</translation>
    </message>
    <message>
      <source>Old versions and your other computers take %1 of it. See what takes the rest.</source>
      <translation>Alte Versionen und Ihre anderen Computer nehmen %1 davon ein. Sehen Sie, was den Rest einnimmt.</translation>
    </message>
    <message>
      <source>Raise the limit</source>
      <translation>Die Grenze anheben</translation>
    </message>
    <message>
      <source>See what takes the space. Other things may lie in the same storage, too.</source>
      <translation>Sehen Sie, was Platz braucht. Im selben Speicher kann auch anderes liegen.</translation>
    </message>
    <message>
      <source>Show what takes space</source>
      <translation>Zeigen, was Platz braucht</translation>
    </message>
    <message>
      <source>Stopped; what was done is kept</source>
      <translation>Angehalten; was bis dahin gesichert war, bleibt</translation>
    </message>
    <message>
      <source>The limit was set on this computer. The storage itself may have more room.</source>
      <translation>Die Grenze wurde an diesem Computer gesetzt. Der Speicher selbst hat vielleicht mehr Platz.</translation>
    </message>
    <message>
      <source>Your backups will be shown here</source>
      <translation>Hier werden Ihre Sicherungen zu sehen sein</translation>
    </message>
    <message>
      <source>is left out now</source>
      <translation>ist jetzt ausgelassen</translation>
    </message>
    <message>
      <source>is over</source>
      <translation>ist vorbei</translation>
    </message>
    <message>
      <source>is safe now</source>
      <translation>ist jetzt sicher</translation>
    </message>
    <message>
      <source>of %1</source>
      <translation>von %1</translation>
    </message>
    <message>
      <source>used</source>
      <translation>belegt</translation>
    </message>
    <message>
      <source>was deleted</source>
      <translation>wurde gelöscht</translation>
    </message>
    <message>
      <source>“%1” %2</source>
      <translation>„%1“ %2</translation>
    </message>
  </context>
  <context>
    <name>check</name>
    <message>
      <source>%1 of %2 parts</source>
      <translation>%1 von %2 Teilen</translation>
    </message>
    <message>
      <source>%1 versions, %2 stored parts</source>
      <translation>%1 Versionen, %2 gespeicherte Teile</translation>
    </message>
    <message>
      <source>%1, took %2</source>
      <translation>%1, dauerte %2</translation>
    </message>
    <message numerus="yes">
      <source>%n damaged part(s) so far</source>
      <translation>
        <numerusform>bisher %n beschädigter Teil</numerusform>
        <numerusform>bisher %n beschädigte Teile</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n damaged part(s), see Problems.</source>
      <translation>
        <numerusform>%n beschädigter Teil, siehe Probleme.</numerusform>
        <numerusform>%n beschädigte Teile, siehe Probleme.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n weiterer</numerusform>
        <numerusform>%n weitere</numerusform>
      </translation>
    </message>
    <message>
      <source>A check changes nothing</source>
      <translation>Eine Prüfung ändert nichts</translation>
    </message>
    <message>
      <source>Affected</source>
      <translation>Betroffen</translation>
    </message>
    <message>
      <source>All versions can be restored</source>
      <translation>Alle Versionen lassen sich wiederherstellen</translation>
    </message>
    <message>
      <source>Began</source>
      <translation>Begonnen</translation>
    </message>
    <message>
      <source>Check did not come to its end</source>
      <translation>Prüfung kam nicht bis zum Ende</translation>
    </message>
    <message>
      <source>Check stopped</source>
      <translation>Prüfung angehalten</translation>
    </message>
    <message>
      <source>Checked %1: %2</source>
      <translation>Geprüft %1: %2</translation>
    </message>
    <message numerus="yes">
      <source>Checked: %n damaged part(s)</source>
      <translation>
        <numerusform>Geprüft: %n beschädigter Teil</numerusform>
        <numerusform>Geprüft: %n beschädigte Teile</numerusform>
      </translation>
    </message>
    <message>
      <source>Checked: everything is there</source>
      <translation>Geprüft: Alles ist da</translation>
    </message>
    <message>
      <source>Checked: everything was read back and is whole</source>
      <translation>Geprüft: Alles wurde zurückgelesen und ist unversehrt</translation>
    </message>
    <message>
      <source>Checking the backup</source>
      <translation>Die Sicherung wird geprüft</translation>
    </message>
    <message>
      <source>Checking the backup: %1 read back</source>
      <translation>Die Sicherung wird geprüft: %1 zurückgelesen</translation>
    </message>
    <message>
      <source>Everything that the versions need is there; it was not read back</source>
      <translation>Alles, was die Versionen brauchen, ist da; zurückgelesen wurde es nicht</translation>
    </message>
    <message>
      <source>Following every version</source>
      <translation>Jeder Version nachgehen</translation>
    </message>
    <message>
      <source>Following every version: %1</source>
      <translation>Jeder Version nachgehen: %1</translation>
    </message>
    <message>
      <source>Last read back %1.</source>
      <translation>Zuletzt zurückgelesen: %1.</translation>
    </message>
    <message>
      <source>Looked at</source>
      <translation>Angesehen</translation>
    </message>
    <message>
      <source>Looking at what is stored</source>
      <translation>Gespeichertes ansehen</translation>
    </message>
    <message>
      <source>Looking at what is stored: %1 of %2 parts</source>
      <translation>Gespeichertes ansehen: %1 von %2 Teilen</translation>
    </message>
    <message>
      <source>Not checked yet. A check looks whether everything in the storage is there.</source>
      <translation>Noch nicht geprüft. Eine Prüfung sieht nach, ob im Speicher alles da ist.</translation>
    </message>
    <message>
      <source>Read back</source>
      <translation>Zurückgelesen</translation>
    </message>
    <message>
      <source>Read everything back</source>
      <translation>Alles zurücklesen</translation>
    </message>
    <message>
      <source>Read everything back (%1)</source>
      <translation>Alles zurücklesen (%1)</translation>
    </message>
    <message>
      <source>Reading everything back</source>
      <translation>Alles zurücklesen</translation>
    </message>
    <message>
      <source>Reading everything back: %1 of %2 parts</source>
      <translation>Alles zurücklesen: %1 von %2 Teilen</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Wird angehalten</translation>
    </message>
    <message>
      <source>The check waits for its turn</source>
      <translation>Die Prüfung wartet, bis sie an der Reihe ist</translation>
    </message>
    <message>
      <source>The last check, %1, did not come to its end: %2.</source>
      <translation>Die letzte Prüfung, %1, kam nicht bis zum Ende: %2.</translation>
    </message>
    <message>
      <source>Your data</source>
      <translation>Ihre Daten</translation>
    </message>
    <message>
      <source>everything is there.</source>
      <translation>alles ist da.</translation>
    </message>
    <message>
      <source>everything was read back and is whole.</source>
      <translation>alles wurde zurückgelesen und ist unversehrt.</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nichts</translation>
    </message>
  </context>
  <context>
    <name>computers</name>
    <message>
      <source>%1 are waiting</source>
      <translation>%1 warten</translation>
    </message>
    <message>
      <source>%1 of %2 seats are used</source>
      <translation>%1 von %2 Plätzen sind belegt</translation>
    </message>
    <message>
      <source>All safe, %1</source>
      <translation>Alles sicher, %1</translation>
    </message>
    <message>
      <source>Backing up</source>
      <translation>Sichert gerade</translation>
    </message>
    <message>
      <source>last backup %1</source>
      <translation>letzte Sicherung %1</translation>
    </message>
    <message>
      <source>no backup yet</source>
      <translation>noch keine Sicherung</translation>
    </message>
    <message>
      <source>no seat; its backups stay</source>
      <translation>ohne Platz; die Sicherungen bleiben</translation>
    </message>
    <message>
      <source>this computer</source>
      <translation>dieser Computer</translation>
    </message>
  </context>
  <context>
    <name>details</name>
    <message numerus="yes">
      <source>%n file(s) safe.</source>
      <translation>
        <numerusform>%n Datei sicher.</numerusform>
        <numerusform>%n Dateien sicher.</numerusform>
      </translation>
    </message>
    <message>
      <source>From the next backup on, this is left out. It can be taken back in Settings.</source>
      <translation>Ab der nächsten Sicherung wird das ausgelassen. In den Einstellungen lässt es sich zurücknehmen.</translation>
    </message>
    <message>
      <source>It goes with the next backup, in its turn.</source>
      <translation>Sie kommt mit der nächsten Sicherung an die Reihe.</translation>
    </message>
    <message>
      <source>It is being read and sent now.</source>
      <translation>Sie wird gerade gelesen und gesendet.</translation>
    </message>
    <message>
      <source>It was read back and compared %1.</source>
      <translation>Sie wurde %1 zurückgelesen und verglichen.</translation>
    </message>
    <message>
      <source>Looked at this file %1</source>
      <translation>Diese Datei angesehen: %1</translation>
    </message>
    <message>
      <source>Looked at this folder %1</source>
      <translation>Diesen Ordner angesehen: %1</translation>
    </message>
    <message>
      <source>No longer on this computer</source>
      <translation>Nicht mehr auf diesem Computer</translation>
    </message>
    <message>
      <source>Plainkeep's own notes and the backup itself are not backed up.</source>
      <translation>Plainkeeps eigene Notizen und die Sicherung selbst werden nicht gesichert.</translation>
    </message>
    <message>
      <source>Since %1.</source>
      <translation>Seit %1.</translation>
    </message>
    <message>
      <source>The newest version goes with the next backup.</source>
      <translation>Die neueste Version kommt mit der nächsten Sicherung.</translation>
    </message>
    <message>
      <source>The rest goes with the next backup.</source>
      <translation>Der Rest kommt mit der nächsten Sicherung.</translation>
    </message>
    <message>
      <source>The rule “%1” leaves it out. Rules are in Settings.</source>
      <translation>Die Regel „%1“ lässt sie aus. Regeln stehen in den Einstellungen.</translation>
    </message>
    <message>
      <source>an earlier version is safe. The newest is only on this computer.</source>
      <translation>Eine frühere Version ist sicher. Die neueste ist nur auf diesem Computer.</translation>
    </message>
    <message>
      <source>it is not in the backup yet; it is only on this computer.</source>
      <translation>Sie ist noch nicht gesichert; es gibt sie nur auf diesem Computer.</translation>
    </message>
    <message>
      <source>the version of %1 is safe. What was saved since is only on this computer.</source>
      <translation>Die Version von %1 ist sicher. Was seither gespeichert wurde, ist nur auf diesem Computer.</translation>
    </message>
    <message>
      <source>this file is not in the backup; it is only on this computer.</source>
      <translation>Diese Datei wird nicht gesichert; es gibt sie nur auf diesem Computer.</translation>
    </message>
    <message>
      <source>this version has been safe since %1.</source>
      <translation>Diese Version ist sicher seit: %1.</translation>
    </message>
  </context>
  <context>
    <name>files</name>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n Problem</numerusform>
        <numerusform>%n Probleme</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting</source>
      <translation>
        <numerusform>%n wartet</numerusform>
        <numerusform>%n warten</numerusform>
      </translation>
    </message>
    <message>
      <source>All safe</source>
      <translation>Alles sicher</translation>
    </message>
    <message>
      <source>Changed</source>
      <translation>Geändert</translation>
    </message>
    <message>
      <source>Left out</source>
      <translation>Ausgelassen</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>No file has a problem.</source>
      <translation>Keine Datei hat ein Problem.</translation>
    </message>
    <message>
      <source>Not chosen</source>
      <translation>Nicht ausgewählt</translation>
    </message>
    <message>
      <source>Not there</source>
      <translation>Nicht da</translation>
    </message>
    <message>
      <source>Nothing has changed since it was backed up.</source>
      <translation>Seit der Sicherung hat sich nichts geändert.</translation>
    </message>
    <message>
      <source>Nothing is left out.</source>
      <translation>Nichts ist ausgelassen.</translation>
    </message>
    <message>
      <source>Nothing is safe yet.</source>
      <translation>Noch ist nichts sicher.</translation>
    </message>
    <message>
      <source>Nothing waits.</source>
      <translation>Nichts wartet.</translation>
    </message>
    <message>
      <source>Partly chosen</source>
      <translation>Teilweise</translation>
    </message>
    <message>
      <source>Problem</source>
      <translation>Problem</translation>
    </message>
    <message>
      <source>Safe</source>
      <translation>Sicher</translation>
    </message>
    <message>
      <source>Safe as of</source>
      <translation>Sicher seit</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>Größe</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Zustand</translation>
    </message>
    <message>
      <source>Uploading</source>
      <translation>Wird gesendet</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>Wartet</translation>
    </message>
    <message>
      <source>by rule</source>
      <translation>durch Regel</translation>
    </message>
    <message>
      <source>in part</source>
      <translation>zum Teil</translation>
    </message>
    <message>
      <source>not yet</source>
      <translation>noch nicht</translation>
    </message>
  </context>
  <context>
    <name>help</name>
    <message numerus="yes">
      <source>%1 to %n hour(s)</source>
      <translation>
        <numerusform>%1 bis %n Stunde</numerusform>
        <numerusform>%1 bis %n Stunden</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%1 to %n minute(s)</source>
      <translation>
        <numerusform>%1 bis %n Minute</numerusform>
        <numerusform>%1 bis %n Minuten</numerusform>
      </translation>
    </message>
    <message>
      <source>%1. Plainkeep asks again by itself.</source>
      <translation>%1. Plainkeep fragt von selbst wieder nach.</translation>
    </message>
    <message numerus="yes">
      <source>%n people are before you</source>
      <translation>
        <numerusform>%n Person ist vor Ihnen</numerusform>
        <numerusform>%n Personen sind vor Ihnen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>About %n hour(s)</source>
      <translation>
        <numerusform>Etwa %n Stunde</numerusform>
        <numerusform>Etwa %n Stunden</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>About %n minute(s)</source>
      <translation>
        <numerusform>Etwa %n Minute</numerusform>
        <numerusform>Etwa %n Minuten</numerusform>
      </translation>
    </message>
    <message>
      <source>About: %1</source>
      <translation>Es geht um: %1</translation>
    </message>
    <message>
      <source>Ask now, and you are helped when somebody comes. Your place is kept if you close this.</source>
      <translation>Fragen Sie jetzt, und Ihnen wird geholfen, wenn jemand kommt. Ihr Platz bleibt, wenn Sie dies schließen.</translation>
    </message>
    <message>
      <source>Asking…</source>
      <translation>Wird gefragt …</translation>
    </message>
    <message>
      <source>Do it with me</source>
      <translation>Mit mir zusammen</translation>
    </message>
    <message>
      <source>Explain it to me</source>
      <translation>Mit Erklärung</translation>
    </message>
    <message>
      <source>It is your turn</source>
      <translation>Sie sind dran</translation>
    </message>
    <message>
      <source>Just the steps</source>
      <translation>Nur die Schritte</translation>
    </message>
    <message>
      <source>Less than a minute</source>
      <translation>Unter einer Minute</translation>
    </message>
    <message>
      <source>Make a report and send it to %1. It says what is wrong, so that you need not.</source>
      <translation>Erstellen Sie einen Bericht und schicken Sie ihn an %1. Er sagt, was los ist, damit Sie es nicht müssen.</translation>
    </message>
    <message>
      <source>Make a report and send it to whoever helps you. It says what is wrong.</source>
      <translation>Erstellen Sie einen Bericht und schicken Sie ihn an den, der Ihnen hilft. Er sagt, was los ist.</translation>
    </message>
    <message>
      <source>Nobody has said anything for a while, so it was closed. If it is not solved, it goes on here, with the same number.</source>
      <translation>Eine Weile hat niemand etwas gesagt, deshalb wurde es geschlossen. Ist es nicht gelöst, geht es hier weiter, mit derselben Nummer.</translation>
    </message>
    <message>
      <source>Nobody is before you</source>
      <translation>Niemand ist vor Ihnen</translation>
    </message>
    <message>
      <source>Nobody is there now</source>
      <translation>Gerade ist niemand da</translation>
    </message>
    <message>
      <source>Nobody was helped lately, so nobody can say. Your place is kept if you close this.</source>
      <translation>In letzter Zeit wurde niemandem geholfen, darum weiß es keiner. Ihr Platz bleibt, wenn Sie dies schließen.</translation>
    </message>
    <message>
      <source>Not known yet</source>
      <translation>Noch nicht bekannt</translation>
    </message>
    <message>
      <source>Not solved</source>
      <translation>Nicht gelöst</translation>
    </message>
    <message>
      <source>Number %1</source>
      <translation>Nummer %1</translation>
    </message>
    <message>
      <source>Out of reach</source>
      <translation>Nicht erreichbar</translation>
    </message>
    <message>
      <source>Plainkeep asks again by itself. A report for support works meanwhile.</source>
      <translation>Plainkeep fragt von selbst wieder nach. Ein Bericht für die Hilfe geht auch so.</translation>
    </message>
    <message>
      <source>Solved</source>
      <translation>Gelöst</translation>
    </message>
    <message>
      <source>Somebody is there for you. Say what is wrong, or wait for the first answer.</source>
      <translation>Jemand ist für Sie da. Sagen Sie, was los ist, oder warten Sie auf die erste Antwort.</translation>
    </message>
    <message>
      <source>Somebody is there now</source>
      <translation>Jemand ist gerade da</translation>
    </message>
    <message>
      <source>Support</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Support has ended the conversation.</source>
      <translation>Das Gespräch wurde von der anderen Seite beendet.</translation>
    </message>
    <message>
      <source>Thank you for saying so.</source>
      <translation>Danke für die Rückmeldung.</translation>
    </message>
    <message>
      <source>Thank you for saying so. You can ask again at any time.</source>
      <translation>Danke für die Rückmeldung. Sie können jederzeit wieder fragen.</translation>
    </message>
    <message>
      <source>This computer has no seat in your plan any more.</source>
      <translation>Dieser Computer hat keinen Platz mehr in Ihrem Tarif.</translation>
    </message>
    <message>
      <source>Wait not known</source>
      <translation>Wartezeit unbekannt</translation>
    </message>
    <message>
      <source>Was it solved?</source>
      <translation>Wurde es gelöst?</translation>
    </message>
    <message>
      <source>Whoever helps you</source>
      <translation>Wer auch immer Ihnen hilft</translation>
    </message>
    <message>
      <source>You</source>
      <translation>Sie</translation>
    </message>
    <message>
      <source>You are being helped</source>
      <translation>Ihnen wird geholfen</translation>
    </message>
    <message>
      <source>You can close the window: what is said stays here.</source>
      <translation>Sie können das Fenster schließen: Was gesagt wird, bleibt hier.</translation>
    </message>
    <message>
      <source>You can close the window: your place is kept, and the tray icon says when it is your turn.</source>
      <translation>Sie können das Fenster schließen: Ihr Platz bleibt, und das Symbol in der Leiste sagt, wann Sie dran sind.</translation>
    </message>
    <message>
      <source>Your place is kept if you close this. The tray icon tells you when it is your turn.</source>
      <translation>Ihr Platz bleibt, wenn Sie dies schließen. Das Symbol in der Leiste sagt, wann Sie dran sind.</translation>
    </message>
    <message>
      <source>Your report is sent as soon as the service answers.</source>
      <translation>Ihr Bericht geht ab, sobald der Dienst antwortet.</translation>
    </message>
    <message>
      <source>Your report is there.</source>
      <translation>Ihr Bericht ist angekommen.</translation>
    </message>
  </context>
  <context>
    <name>history</name>
    <message>
      <source>%1 new, %2 changed</source>
      <translation>%1 neu, %2 geändert</translation>
    </message>
    <message>
      <source>%1 read, %2 of it was new to the storage, %3 sent</source>
      <translation>%1 gelesen, davon %2 neu für den Speicher, %3 gesendet</translation>
    </message>
    <message>
      <source>%1, %2, can be restored as they were then</source>
      <translation>%1, %2, lassen sich so wiederherstellen, wie sie damals waren</translation>
    </message>
    <message>
      <source>%1, took %2</source>
      <translation>%1, Dauer %2</translation>
    </message>
    <message>
      <source>%1, unchanged since the backup before</source>
      <translation>%1, unverändert seit der Sicherung davor</translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n Problem</numerusform>
        <numerusform>%n Probleme</numerusform>
      </translation>
    </message>
    <message>
      <source>Amounts</source>
      <translation>Mengen</translation>
    </message>
    <message>
      <source>Backed up</source>
      <translation>Gesichert</translation>
    </message>
    <message>
      <source>Began</source>
      <translation>Beginn</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Skipped</source>
      <translation>Übersprungen</translation>
    </message>
    <message>
      <source>This version is no longer in the storage; later ones hold what they show</source>
      <translation>Dieser Stand ist nicht mehr im Speicher; spätere enthalten, was sie zeigen</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>Heute</translation>
    </message>
    <message>
      <source>Went on</source>
      <translation>Fortsetzung</translation>
    </message>
    <message>
      <source>What was safe before stays safe</source>
      <translation>Was vorher sicher war, bleibt sicher</translation>
    </message>
    <message>
      <source>What was safe stayed safe; the next backup goes on from here</source>
      <translation>Was sicher war, blieb sicher; die nächste Sicherung macht hier weiter</translation>
    </message>
    <message>
      <source>Yesterday</source>
      <translation>Gestern</translation>
    </message>
    <message>
      <source>Your data</source>
      <translation>Ihre Daten</translation>
    </message>
    <message>
      <source>from the backup that stopped, %1</source>
      <translation>der Sicherung, die aufhörte, %1</translation>
    </message>
    <message>
      <source>not over yet</source>
      <translation>noch nicht vorbei</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nichts</translation>
    </message>
  </context>
  <context>
    <name>junk</name>
    <message>
      <source>Caches: copies that programs keep to be quicker</source>
      <translation>Zwischenspeicher: Kopien, mit denen Programme schneller sind</translation>
    </message>
    <message>
      <source>Parts of programs that are fetched or built again</source>
      <translation>Teile von Programmen, die neu geholt oder gebaut werden</translation>
    </message>
    <message>
      <source>Temporary files and downloads that are not finished</source>
      <translation>Temporäre Dateien und unfertige Downloads</translation>
    </message>
    <message>
      <source>Trash: what you have thrown away</source>
      <translation>Papierkorb: was Sie weggeworfen haben</translation>
    </message>
  </context>
  <context>
    <name>navigation</name>
    <message>
      <source>Files</source>
      <translation>Dateien</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>History</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>Home</source>
      <translation>Übersicht</translation>
    </message>
    <message>
      <source>Problems</source>
      <translation>Probleme</translation>
    </message>
    <message>
      <source>Restore</source>
      <translation>Wiederherstellen</translation>
    </message>
    <message>
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>Storage &amp;&amp; plan</source>
      <translation>Speicher</translation>
    </message>
    <message>
      <source>This computer</source>
      <translation>Dieser Computer</translation>
    </message>
  </context>
  <context>
    <name>notices</name>
    <message>
      <source>Back up now</source>
      <translation>Jetzt sichern</translation>
    </message>
    <message>
      <source>Backups go on while the window is closed. This icon opens it again.</source>
      <translation>Die Sicherungen laufen bei geschlossenem Fenster weiter. Dieses Symbol öffnet es wieder.</translation>
    </message>
    <message>
      <source>From now on only what changes is sent.</source>
      <translation>Ab jetzt wird nur gesendet, was sich ändert.</translation>
    </message>
    <message>
      <source>It is your turn</source>
      <translation>Sie sind dran</translation>
    </message>
    <message>
      <source>Make a report</source>
      <translation>Bericht erstellen</translation>
    </message>
    <message>
      <source>Make the sheet</source>
      <translation>Blatt erstellen</translation>
    </message>
    <message>
      <source>Open Plainkeep to see what each of them needs.</source>
      <translation>In Plainkeep steht, was jede von ihnen braucht.</translation>
    </message>
    <message>
      <source>Open Plainkeep to see what was brought back.</source>
      <translation>In Plainkeep steht, was zurückgeholt wurde.</translation>
    </message>
    <message>
      <source>Open the conversation</source>
      <translation>Gespräch öffnen</translation>
    </message>
    <message>
      <source>Plainkeep ended unexpectedly</source>
      <translation>Plainkeep ist unerwartet beendet worden</translation>
    </message>
    <message>
      <source>Plainkeep goes on here</source>
      <translation>Plainkeep läuft hier weiter</translation>
    </message>
    <message>
      <source>Remind me tomorrow</source>
      <translation>Morgen erinnern</translation>
    </message>
    <message>
      <source>Show what helps</source>
      <translation>Zeigen, was hilft</translation>
    </message>
    <message>
      <source>Show what takes space</source>
      <translation>Zeigen, was Platz braucht</translation>
    </message>
    <message>
      <source>Somebody from support is there for you now.</source>
      <translation>Jemand von der Hilfe ist jetzt für Sie da.</translation>
    </message>
    <message>
      <source>Support has answered</source>
      <translation>Die Hilfe hat geantwortet</translation>
    </message>
    <message>
      <source>The answer is in Help.</source>
      <translation>Die Antwort steht in der Hilfe.</translation>
    </message>
    <message>
      <source>The restore is done</source>
      <translation>Die Wiederherstellung ist fertig</translation>
    </message>
    <message>
      <source>What is safe stays safe. See what takes the space.</source>
      <translation>Was sicher ist, bleibt sicher. Sehen Sie nach, was den Platz braucht.</translation>
    </message>
    <message>
      <source>What was saved before stays safe.</source>
      <translation>Was vorher gesichert wurde, bleibt sicher.</translation>
    </message>
    <message>
      <source>What was saved is safe. A report for support can say where it happened.</source>
      <translation>Was gesichert war, ist sicher. Ein Bericht für die Hilfe kann sagen, wo es geschah.</translation>
    </message>
    <message>
      <source>With it you get everything back if you forget the password.</source>
      <translation>Mit ihm bekommen Sie alles zurück, wenn Sie das Passwort vergessen.</translation>
    </message>
    <message>
      <source>Your first backup is done</source>
      <translation>Ihre erste Sicherung ist fertig</translation>
    </message>
    <message>
      <source>Your recovery sheet is not made yet</source>
      <translation>Ihr Notfallblatt fehlt noch</translation>
    </message>
    <message>
      <source>Your storage is nearly full</source>
      <translation>Ihr Speicher ist fast voll</translation>
    </message>
  </context>
  <context>
    <name>numbers</name>
    <message numerus="yes">
      <source>%n day(s)</source>
      <translation>
        <numerusform>%n Tag</numerusform>
        <numerusform>%n Tage</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s)</source>
      <translation>
        <numerusform>%n Datei</numerusform>
        <numerusform>%n Dateien</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s)</source>
      <translation>
        <numerusform>%n Ordner</numerusform>
        <numerusform>%n Ordner</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s)</source>
      <translation>
        <numerusform>%n Stunde</numerusform>
        <numerusform>%n Stunden</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n min ago</source>
      <translation>
        <numerusform>vor %n Min.</numerusform>
        <numerusform>vor %n Min.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s)</source>
      <translation>
        <numerusform>%n Minute</numerusform>
        <numerusform>%n Minuten</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) ago</source>
      <translation>
        <numerusform>vor %n Minute</numerusform>
        <numerusform>vor %n Minuten</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n second(s)</source>
      <translation>
        <numerusform>%n Sekunde</numerusform>
        <numerusform>%n Sekunden</numerusform>
      </translation>
    </message>
    <message>
      <source>a few seconds</source>
      <translation>wenige Sekunden</translation>
    </message>
    <message numerus="yes">
      <source>about %n day(s)</source>
      <translation>
        <numerusform>etwa %n Tag</numerusform>
        <numerusform>etwa %n Tage</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n hour(s)</source>
      <translation>
        <numerusform>etwa %n Stunde</numerusform>
        <numerusform>etwa %n Stunden</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n minute(s)</source>
      <translation>
        <numerusform>etwa %n Minute</numerusform>
        <numerusform>etwa %n Minuten</numerusform>
      </translation>
    </message>
    <message>
      <source>d MMM</source>
      <translation>d. MMM</translation>
    </message>
    <message>
      <source>d MMMM</source>
      <translation>d. MMMM</translation>
    </message>
    <message>
      <source>just now</source>
      <translation>gerade eben</translation>
    </message>
    <message>
      <source>today %1</source>
      <translation>heute %1</translation>
    </message>
    <message>
      <source>tomorrow %1</source>
      <translation>morgen %1</translation>
    </message>
    <message>
      <source>yesterday %1</source>
      <translation>gestern %1</translation>
    </message>
  </context>
  <context>
    <name>password</name>
    <message>
      <source>A neighbour could guess it. A few words in a row are better.</source>
      <translation>Ein Nachbar könnte es erraten. Ein paar Wörter hintereinander sind besser.</translation>
    </message>
    <message>
      <source>Good: a computer would need years.</source>
      <translation>Gut: Ein Computer bräuchte Jahre.</translation>
    </message>
    <message>
      <source>It keeps out people, but not a patient computer. Longer is better.</source>
      <translation>Es hält Menschen ab, aber keinen geduldigen Computer. Länger ist besser.</translation>
    </message>
    <message>
      <source>Very good: nobody will guess it.</source>
      <translation>Sehr gut: Das errät niemand.</translation>
    </message>
  </context>
  <context>
    <name>plan</name>
    <message>
      <source>%1 are paid for and on their way to your storage. That needs nobody.</source>
      <translation>%1 sind bezahlt und auf dem Weg zu Ihrem Speicher. Dafür muss niemand etwas tun.</translation>
    </message>
    <message>
      <source>%1 knows</source>
      <translation>%1 weiß es</translation>
    </message>
    <message>
      <source>%1 more are stored than fit now. Nothing is deleted and all of it can be restored; what is new waits until there is room.</source>
      <translation>Es ist %1 mehr gespeichert, als jetzt hineinpasst. Nichts wird gelöscht, und alles lässt sich wiederherstellen; Neues wartet, bis Platz ist.</translation>
    </message>
    <message>
      <source>%1. This is the plan as it was %2, and may not hold any more. Backups go on as long as the storage takes them, and restoring goes on.</source>
      <translation>%1. Das ist der Tarif, wie er %2 war; er gilt vielleicht nicht mehr. Gesichert wird, solange der Speicher es nimmt, und wiederherstellen geht weiter.</translation>
    </message>
    <message>
      <source>%1. This is the plan as it was %2; backups and restores go on.</source>
      <translation>%1. Das ist der Tarif, wie er %2 war; Sichern und Wiederherstellen gehen weiter.</translation>
    </message>
    <message>
      <source>%1. This is the plan as it was %2; restoring goes on.</source>
      <translation>%1. Das ist der Tarif, wie er %2 war; Wiederherstellen geht weiter.</translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) wait for room</source>
      <translation>
        <numerusform>%n Datei wartet auf Platz</numerusform>
        <numerusform>%n Dateien warten auf Platz</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting file(s) go on</source>
      <translation>
        <numerusform>%n wartende Datei geht weiter</numerusform>
        <numerusform>%n wartende Dateien gehen weiter</numerusform>
      </translation>
    </message>
    <message>
      <source>A payment is late. Everything goes on meanwhile.</source>
      <translation>Eine Zahlung steht aus. Inzwischen geht alles weiter.</translation>
    </message>
    <message>
      <source>Ask your account</source>
      <translation>Ihr Konto fragen</translation>
    </message>
    <message>
      <source>Everything stored is kept until %1.</source>
      <translation>Alles Gespeicherte wird bis %1 behalten.</translation>
    </message>
    <message>
      <source>Nearly full: %1 are left.</source>
      <translation>Fast voll: %1 sind übrig.</translation>
    </message>
    <message>
      <source>No limit is set</source>
      <translation>Es ist keine Grenze gesetzt</translation>
    </message>
    <message>
      <source>Nothing was waiting for room</source>
      <translation>Nichts hat auf Platz gewartet</translation>
    </message>
    <message>
      <source>See how much you may store</source>
      <translation>Nachsehen, wie viel Sie speichern dürfen</translation>
    </message>
    <message>
      <source>The limit that was set below is reached. Raise it, and what waits goes on.</source>
      <translation>Die unten gesetzte Grenze ist erreicht. Heben Sie sie an, dann geht es mit dem, was wartet, weiter.</translation>
    </message>
    <message>
      <source>The storage takes data</source>
      <translation>Der Speicher nimmt Daten an</translation>
    </message>
    <message>
      <source>The storage takes no more yet</source>
      <translation>Der Speicher nimmt noch nichts an</translation>
    </message>
    <message>
      <source>The storage takes nothing more. Plainkeep looks every few seconds whether there is room, and goes on by itself.</source>
      <translation>Der Speicher nimmt nichts mehr an. Plainkeep sieht alle paar Sekunden nach, ob Platz ist, und macht von selbst weiter.</translation>
    </message>
    <message>
      <source>This computer knows</source>
      <translation>Dieser Computer weiß es</translation>
    </message>
    <message>
      <source>What is new waits for room</source>
      <translation>Neues wartet auf Platz</translation>
    </message>
    <message>
      <source>What waited goes on</source>
      <translation>Was gewartet hat, geht weiter</translation>
    </message>
    <message>
      <source>Write something to the storage</source>
      <translation>Etwas in den Speicher schreiben</translation>
    </message>
    <message>
      <source>You may store %1</source>
      <translation>Sie dürfen %1 speichern</translation>
    </message>
    <message>
      <source>Your account answers</source>
      <translation>Ihr Konto antwortet</translation>
    </message>
    <message>
      <source>Your plan has ended. Restoring goes on; nothing new is saved.</source>
      <translation>Ihr Tarif ist zu Ende. Wiederherstellen geht weiter; Neues wird nicht gesichert.</translation>
    </message>
    <message>
      <source>Your plan is cancelled. Everything goes on until it ends.</source>
      <translation>Ihr Tarif ist gekündigt. Bis er endet, geht alles weiter.</translation>
    </message>
    <message>
      <source>as before; nothing newer is known</source>
      <translation>wie vorher; Neueres ist nicht bekannt</translation>
    </message>
    <message>
      <source>as last known</source>
      <translation>wie zuletzt bekannt</translation>
    </message>
    <message>
      <source>asked again by itself; what was bought is not lost</source>
      <translation>wird von selbst wieder gefragt; was gekauft wurde, geht nicht verloren</translation>
    </message>
    <message>
      <source>asked again every few seconds; nothing else needs to be done here</source>
      <translation>wird alle paar Sekunden wieder gefragt; sonst ist hier nichts zu tun</translation>
    </message>
    <message>
      <source>ends on %1</source>
      <translation>endet am %1</translation>
    </message>
    <message>
      <source>has ended</source>
      <translation>ist zu Ende</translation>
    </message>
    <message>
      <source>is being told</source>
      <translation>erfährt es gerade</translation>
    </message>
    <message>
      <source>later</source>
      <translation>später</translation>
    </message>
    <message>
      <source>more is paid for; the storage gets it within minutes by itself</source>
      <translation>mehr ist bezahlt; der Speicher bekommt es von selbst in wenigen Minuten</translation>
    </message>
    <message>
      <source>now</source>
      <translation>jetzt</translation>
    </message>
    <message>
      <source>renews on %1</source>
      <translation>verlängert sich am %1</translation>
    </message>
    <message>
      <source>the payment is not confirmed yet; it counts as soon as it is</source>
      <translation>die Zahlung ist noch nicht bestätigt; sobald sie es ist, gilt sie</translation>
    </message>
    <message>
      <source>they go on by themselves as soon as there is some</source>
      <translation>geht von selbst weiter, sobald Platz ist</translation>
    </message>
    <message>
      <source>was %1</source>
      <translation>vorher %1</translation>
    </message>
    <message>
      <source>what the storage itself allows is tried next</source>
      <translation>was der Speicher selbst erlaubt, wird als Nächstes geprüft</translation>
    </message>
    <message>
      <source>will know when it is next on</source>
      <translation>erfährt es, wenn er das nächste Mal an ist</translation>
    </message>
    <message>
      <source>will know when it is next on; last seen %1</source>
      <translation>erfährt es, wenn er das nächste Mal an ist; zuletzt gesehen %1</translation>
    </message>
    <message>
      <source>wrote a byte and removed it again</source>
      <translation>ein Byte geschrieben und wieder gelöscht</translation>
    </message>
  </context>
  <context>
    <name>problem list</name>
    <message>
      <source>code</source>
      <translation>Code</translation>
    </message>
    <message>
      <source>details</source>
      <translation>Einzelheiten</translation>
    </message>
    <message>
      <source>path</source>
      <translation>Pfad</translation>
    </message>
    <message>
      <source>problem</source>
      <translation>Problem</translation>
    </message>
    <message>
      <source>safe as of</source>
      <translation>sicher mit Stand von</translation>
    </message>
    <message>
      <source>since</source>
      <translation>seit</translation>
    </message>
    <message>
      <source>size in bytes</source>
      <translation>Größe in Bytes</translation>
    </message>
  </context>
  <context>
    <name>problems</name>
    <message>
      <source>%1 are only on this computer.</source>
      <translation>%1 gibt es nur auf diesem Computer.</translation>
    </message>
    <message>
      <source>%1 are safe.</source>
      <translation>%1 sind sicher.</translation>
    </message>
    <message>
      <source>%1: %2</source>
      <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) are in use by another program</source>
      <translation>
        <numerusform>%n Datei wird von einem anderen Programm benutzt</numerusform>
        <numerusform>%n Dateien werden von einem anderen Programm benutzt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) changed while being read</source>
      <translation>
        <numerusform>%n Datei änderte sich beim Lesen</numerusform>
        <numerusform>%n Dateien änderten sich beim Lesen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation>
        <numerusform>%n Datei braucht Sie</numerusform>
        <numerusform>%n Dateien brauchen Sie</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) not safe</source>
      <translation>
        <numerusform>%n Datei nicht sicher</numerusform>
        <numerusform>%n Dateien nicht sicher</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s) are missing, empty or cannot be read</source>
      <translation>
        <numerusform>%n Ordner fehlt, ist leer oder nicht lesbar</numerusform>
        <numerusform>%n Ordner fehlen, sind leer oder nicht lesbar</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s) need you</source>
      <translation>
        <numerusform>%n Ordner braucht Sie</numerusform>
        <numerusform>%n Ordner brauchen Sie</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more file(s) affected</source>
      <translation>
        <numerusform>%n weitere Datei betroffen</numerusform>
        <numerusform>%n weitere Dateien betroffen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n Problem</numerusform>
        <numerusform>%n Probleme</numerusform>
      </translation>
    </message>
    <message>
      <source>Back up now</source>
      <translation>Jetzt sichern</translation>
    </message>
    <message>
      <source>Change address and keys…</source>
      <translation>Adresse und Schlüssel ändern …</translation>
    </message>
    <message>
      <source>Change the limit…</source>
      <translation>Grenze ändern …</translation>
    </message>
    <message>
      <source>Check again</source>
      <translation>Noch einmal prüfen</translation>
    </message>
    <message>
      <source>Check the backup</source>
      <translation>Sicherung prüfen</translation>
    </message>
    <message>
      <source>Each problem leaves this list by itself when it is over.</source>
      <translation>Jedes Problem verschwindet von selbst aus der Liste, wenn es vorbei ist.</translation>
    </message>
    <message>
      <source>Never backed up</source>
      <translation>Nie gesichert</translation>
    </message>
    <message>
      <source>No problems</source>
      <translation>Keine Probleme</translation>
    </message>
    <message>
      <source>Nothing of it is in the backup.</source>
      <translation>Davon ist nichts in der Sicherung.</translation>
    </message>
    <message>
      <source>Only what was saved since is not.</source>
      <translation>Nur was seither gespeichert wurde, noch nicht.</translation>
    </message>
    <message>
      <source>Open settings</source>
      <translation>Einstellungen öffnen</translation>
    </message>
    <message>
      <source>Open the folder</source>
      <translation>Ordner öffnen</translation>
    </message>
    <message numerus="yes">
      <source>Over this week: %n problem(s), the last one %1</source>
      <translation>
        <numerusform>Diese Woche vorbei: %n Problem, das letzte %1</numerusform>
        <numerusform>Diese Woche vorbei: %n Probleme, das letzte %1</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Plainkeep may not read %n file(s)</source>
      <translation>
        <numerusform>Plainkeep darf %n Datei nicht lesen</numerusform>
        <numerusform>Plainkeep darf %n Dateien nicht lesen</numerusform>
      </translation>
    </message>
    <message>
      <source>Plainkeep may not read “%1”</source>
      <translation>Plainkeep darf „%1“ nicht lesen</translation>
    </message>
    <message>
      <source>Safe as of %1</source>
      <translation>Sicher mit Stand %1</translation>
    </message>
    <message numerus="yes">
      <source>Show all %n file(s)</source>
      <translation>
        <numerusform>%n Datei zeigen</numerusform>
        <numerusform>Alle %n Dateien zeigen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Show all %n folder(s)</source>
      <translation>
        <numerusform>%n Ordner zeigen</numerusform>
        <numerusform>Alle %n Ordner zeigen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>The drive cannot read %n file(s)</source>
      <translation>
        <numerusform>Das Laufwerk kann %n Datei nicht lesen</numerusform>
        <numerusform>Das Laufwerk kann %n Dateien nicht lesen</numerusform>
      </translation>
    </message>
    <message>
      <source>The drive cannot read “%1”</source>
      <translation>Das Laufwerk kann „%1“ nicht lesen</translation>
    </message>
    <message>
      <source>The folder “%1” is missing, empty or cannot be read</source>
      <translation>Der Ordner „%1“ fehlt, ist leer oder nicht lesbar</translation>
    </message>
    <message>
      <source>Try now</source>
      <translation>Jetzt versuchen</translation>
    </message>
    <message>
      <source>What cannot be backed up will be here, with its reason and what helps.</source>
      <translation>Was sich nicht sichern lässt, steht hier, mit dem Grund und dem, was hilft.</translation>
    </message>
    <message>
      <source>found by the check, %1</source>
      <translation>von der Prüfung gefunden, %1</translation>
    </message>
    <message>
      <source>never backed up</source>
      <translation>nie gesichert</translation>
    </message>
    <message>
      <source>no backup can begin before this is over</source>
      <translation>vorher kann keine Sicherung beginnen</translation>
    </message>
    <message>
      <source>safe as of %1</source>
      <translation>sicher, Stand %1</translation>
    </message>
    <message>
      <source>since %1</source>
      <translation>seit %1</translation>
    </message>
    <message>
      <source>the backup at work waits for this</source>
      <translation>die laufende Sicherung wartet darauf</translation>
    </message>
    <message>
      <source>the last backup, %1, ended with this</source>
      <translation>die letzte Sicherung, %1, endete damit</translation>
    </message>
    <message>
      <source>“%1” changed while it was being read</source>
      <translation>„%1“ änderte sich beim Lesen</translation>
    </message>
    <message>
      <source>“%1” is in use by another program</source>
      <translation>„%1“ wird von einem anderen Programm benutzt</translation>
    </message>
  </context>
  <context>
    <name>recovery-sheet</name>
    <message>
      <source>Access key of the storage, and its secret</source>
      <translation>Zugangsschlüssel des Speichers und sein geheimer</translation>
    </message>
    <message>
      <source>Address of your storage</source>
      <translation>Adresse Ihres Speichers</translation>
    </message>
    <message>
      <source>If Plainkeep no longer exists</source>
      <translation>Wenn es Plainkeep nicht mehr gibt</translation>
    </message>
    <message>
      <source>Install Plainkeep, choose “I'm on a new computer”, and type what stands above.</source>
      <translation>Installieren Sie Plainkeep, wählen Sie „Neuer Computer“ und geben Sie ein, was oben steht.</translation>
    </message>
    <message>
      <source>It asks for a password: type the recovery key as it stands above, with its dashes.</source>
      <translation>Es fragt nach einem Passwort: Geben Sie den Notfallschlüssel ein, wie er oben steht, mit den Strichen.</translation>
    </message>
    <message>
      <source>Keep this sheet like a key: whoever has it can read your backup.</source>
      <translation>Verwahren Sie dieses Blatt wie einen Schlüssel: Wer es hat, kann Ihre Sicherung lesen.</translation>
    </message>
    <message>
      <source>On a new computer</source>
      <translation>Auf einem neuen Computer</translation>
    </message>
    <message>
      <source>Plainkeep recovery sheet</source>
      <translation>Plainkeep-Notfallblatt</translation>
    </message>
    <message>
      <source>Recovery key</source>
      <translation>Notfallschlüssel</translation>
    </message>
    <message>
      <source>Recovery sheet. Address: %1. Recovery key: %2</source>
      <translation>Notfallblatt. Adresse: %1. Notfallschlüssel: %2</translation>
    </message>
    <message>
      <source>Your backup is in an open format. Get the free program restic and type:</source>
      <translation>Ihre Sicherung hat ein offenes Format. Holen Sie sich das freie Programm restic und geben Sie ein:</translation>
    </message>
  </context>
  <context>
    <name>restore</name>
    <message>
      <source> (from %1)</source>
      <translation> (vom %1)</translation>
    </message>
    <message>
      <source>%1 in %2, deleted ones too</source>
      <translation>%1 in %2, auch gelöschte</translation>
    </message>
    <message>
      <source>%1 left</source>
      <translation>noch %1</translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) could not be restored as they were</source>
      <translation>
        <numerusform>%n Datei konnte nicht so wiederhergestellt werden, wie sie war</numerusform>
        <numerusform>%n Dateien konnten nicht so wiederhergestellt werden, wie sie waren</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) got a new name beside what was there</source>
      <translation>
        <numerusform>%n Datei bekam einen neuen Namen neben dem, was da war</numerusform>
        <numerusform>%n Dateien bekamen neue Namen neben dem, was da war</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) restored</source>
      <translation>
        <numerusform>%n Datei wiederhergestellt</numerusform>
        <numerusform>%n Dateien wiederhergestellt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) were right already</source>
      <translation>
        <numerusform>%n Datei war schon richtig</numerusform>
        <numerusform>%n Dateien waren schon richtig</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) were there and stay as they are</source>
      <translation>
        <numerusform>%n Datei war da und bleibt, wie sie ist</numerusform>
        <numerusform>%n Dateien waren da und bleiben, wie sie sind</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n found</source>
      <translation>
        <numerusform>%n gefunden</numerusform>
        <numerusform>%n gefunden</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n restored</source>
      <translation>
        <numerusform>%n wiederhergestellt</numerusform>
        <numerusform>%n wiederhergestellt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n thing(s), being counted</source>
      <translation>
        <numerusform>%n Eintrag, wird gezählt</numerusform>
        <numerusform>%n Einträge, werden gezählt</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n version(s)</source>
      <translation>
        <numerusform>%n Version</numerusform>
        <numerusform>%n Versionen</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n version(s) since %1</source>
      <translation>
        <numerusform>%n Version seit %1</numerusform>
        <numerusform>%n Versionen seit %1</numerusform>
      </translation>
    </message>
    <message>
      <source>Compared with the backup: all equal</source>
      <translation>Mit der Sicherung verglichen: alles gleich</translation>
    </message>
    <message>
      <source>Comparing with the backup: %1 of %2</source>
      <translation>Vergleich mit der Sicherung: %1 von %2</translation>
    </message>
    <message>
      <source>Into one .zip file</source>
      <translation>In eine .zip-Datei</translation>
    </message>
    <message>
      <source>Looking at what is there</source>
      <translation>Es wird nachgesehen, was da ist</translation>
    </message>
    <message>
      <source>Nothing is chosen yet</source>
      <translation>Noch nichts gewählt</translation>
    </message>
    <message>
      <source>Restored, %1</source>
      <translation>Wiederhergestellt, %1</translation>
    </message>
    <message>
      <source>Restoring: %1 of %2</source>
      <translation>Wiederherstellung: %1 von %2</translation>
    </message>
    <message>
      <source>Stopped</source>
      <translation>Angehalten</translation>
    </message>
    <message>
      <source>Tick what you want back</source>
      <translation>Haken Sie an, was fehlt</translation>
    </message>
    <message>
      <source>To a folder</source>
      <translation>In einen Ordner</translation>
    </message>
    <message>
      <source>To a new folder</source>
      <translation>In einen neuen Ordner</translation>
    </message>
    <message>
      <source>To the folders they came from</source>
      <translation>In die Ordner, aus denen sie stammen</translation>
    </message>
    <message>
      <source>What was restored stays. Restore again goes on from there.</source>
      <translation>Was wiederhergestellt ist, bleibt. Ein neues Wiederherstellen geht von dort weiter.</translation>
    </message>
    <message>
      <source>Where they were</source>
      <translation>Wo sie waren</translation>
    </message>
    <message>
      <source>deleted %1</source>
      <translation>gelöscht %1</translation>
    </message>
    <message>
      <source>first version</source>
      <translation>erste Version</translation>
    </message>
    <message numerus="yes">
      <source>looking; %n found so far</source>
      <translation>
        <numerusform>Suche läuft; %n bisher gefunden</numerusform>
        <numerusform>Suche läuft; %n bisher gefunden</numerusform>
      </translation>
    </message>
    <message>
      <source>newest</source>
      <translation>neueste</translation>
    </message>
    <message>
      <source>newest before it was deleted</source>
      <translation>neueste vor dem Löschen</translation>
    </message>
    <message>
      <source>not complete: it was cut short</source>
      <translation>nicht vollständig: abgebrochen</translation>
    </message>
    <message>
      <source>the first %1; type more of the name</source>
      <translation>die ersten %1; tippen Sie mehr vom Namen</translation>
    </message>
    <message>
      <source>version of %1</source>
      <translation>Version von %1</translation>
    </message>
    <message numerus="yes">
      <source>versions of %n times</source>
      <translation>
        <numerusform>Versionen von %n Zeitpunkt</numerusform>
        <numerusform>Versionen von %n Zeitpunkten</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>storage</name>
    <message>
      <source>%1 of %2 used</source>
      <translation>%1 von %2 belegt</translation>
    </message>
    <message>
      <source>%1 used</source>
      <translation>%1 belegt</translation>
    </message>
    <message>
      <source>%1, limit set here</source>
      <translation>%1, Grenze hier gesetzt</translation>
    </message>
    <message>
      <source>Nothing is stored twice: what is there already is never sent again.</source>
      <translation>Nichts wird doppelt gespeichert: Was schon da ist, wird nie noch einmal gesendet.</translation>
    </message>
    <message>
      <source>Nothing is stored twice: without that, it would take %1 more.</source>
      <translation>Nichts wird doppelt gespeichert: sonst bräuchte es %1 mehr.</translation>
    </message>
    <message>
      <source>Nothing is stored yet</source>
      <translation>Noch ist nichts gespeichert</translation>
    </message>
    <message>
      <source>Old versions and deleted files stay in the backup until you let them go.</source>
      <translation>Alte Versionen und gelöschte Dateien bleiben in der Sicherung, bis Sie sie gehen lassen.</translation>
    </message>
    <message>
      <source>Old versions and deleted files take %1. They stay until you let them go.</source>
      <translation>Alte Versionen und gelöschte Dateien belegen %1. Sie bleiben, bis Sie sie gehen lassen.</translation>
    </message>
    <message>
      <source>Old versions, deleted files</source>
      <translation>Alte Versionen, Gelöschtes</translation>
    </message>
    <message>
      <source>Old versions, other computers</source>
      <translation>Alte Versionen, andere Computer</translation>
    </message>
    <message>
      <source>What each takes in the storage; what is the same is stored only once.</source>
      <translation>Was alles im Speicher einnimmt; was gleich ist, liegt dort nur einmal.</translation>
    </message>
    <message>
      <source>everything else</source>
      <translation>alles Übrige</translation>
    </message>
    <message>
      <source>not enough days yet for a forecast</source>
      <translation>noch zu wenige Tage für eine Vorhersage</translation>
    </message>
    <message>
      <source>on a drive</source>
      <translation>auf einem Laufwerk</translation>
    </message>
    <message>
      <source>online storage</source>
      <translation>Online-Speicher</translation>
    </message>
    <message>
      <source>today</source>
      <translation>heute</translation>
    </message>
  </context>
  <context>
    <name>wording</name>
    <message>
      <source>%1 are safe and stay safe</source>
      <translation>%1 sind sicher und bleiben es</translation>
    </message>
    <message>
      <source>%1 of %2</source>
      <translation>%1 von %2</translation>
    </message>
    <message>
      <source>%1; next try in %2</source>
      <translation>%1; nächster Versuch in %2</translation>
    </message>
    <message>
      <source>%1; trying again now</source>
      <translation>%1; neuer Versuch läuft</translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) are waiting for the next backup</source>
      <translation>
        <numerusform>%n Datei wartet auf die nächste Sicherung</numerusform>
        <numerusform>%n Dateien warten auf die nächste Sicherung</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation>
        <numerusform>%n Datei braucht Sie</numerusform>
        <numerusform>%n Dateien brauchen Sie</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) wait</source>
      <translation>
        <numerusform>%n Datei wartet</numerusform>
        <numerusform>%n Dateien warten</numerusform>
      </translation>
    </message>
    <message>
      <source>Backing up: %1 safe</source>
      <translation>Sicherung läuft: %1 sicher</translation>
    </message>
    <message>
      <source>Backing up: %1 safe, %2 left</source>
      <translation>Sicherung läuft: %1 sicher, noch %2</translation>
    </message>
    <message>
      <source>Everything is safe</source>
      <translation>Alles ist sicher</translation>
    </message>
    <message>
      <source>Everything was safe %1</source>
      <translation>Alles war sicher: %1</translation>
    </message>
    <message>
      <source>Finishing</source>
      <translation>Abschließen</translation>
    </message>
    <message>
      <source>Looked for changes: %1</source>
      <translation>Durchgesehen: %1</translation>
    </message>
    <message>
      <source>Looking for changes</source>
      <translation>Änderungen werden gesucht</translation>
    </message>
    <message numerus="yes">
      <source>No backup for %n day(s)</source>
      <translation>
        <numerusform>Seit %n Tag keine Sicherung</numerusform>
        <numerusform>Seit %n Tagen keine Sicherung</numerusform>
      </translation>
    </message>
    <message>
      <source>Nothing has moved for two minutes; Plainkeep keeps trying</source>
      <translation>Seit zwei Minuten bewegt sich nichts; Plainkeep versucht es weiter</translation>
    </message>
    <message>
      <source>Nothing that was safe is read or sent again.</source>
      <translation>Was sicher war, wird nicht noch einmal gelesen oder gesendet.</translation>
    </message>
    <message>
      <source>Paused</source>
      <translation>Pausiert</translation>
    </message>
    <message>
      <source>Paused until %1</source>
      <translation>Pausiert bis %1</translation>
    </message>
    <message>
      <source>Ready for your first backup</source>
      <translation>Bereit für Ihre erste Sicherung</translation>
    </message>
    <message>
      <source>Stopping</source>
      <translation>Wird angehalten</translation>
    </message>
    <message>
      <source>Storage is full</source>
      <translation>Der Speicher ist voll</translation>
    </message>
    <message>
      <source>Storage is full: %1 are waiting</source>
      <translation>Der Speicher ist voll: %1 warten</translation>
    </message>
    <message>
      <source>Uploading</source>
      <translation>Senden</translation>
    </message>
    <message>
      <source>Uploading: %1 of %2</source>
      <translation>Senden: %1 von %2</translation>
    </message>
    <message>
      <source>Waiting for another backup to end</source>
      <translation>Wartet, bis eine andere Sicherung endet</translation>
    </message>
    <message>
      <source>Went on where it stopped, %1.</source>
      <translation>Dort weitergemacht, wo es aufhörte: %1.</translation>
    </message>
    <message>
      <source>Went on where it stopped.</source>
      <translation>Dort weitergemacht, wo es aufhörte.</translation>
    </message>
    <message>
      <source>backups begin only by hand</source>
      <translation>Sicherungen beginnen nur von Hand</translation>
    </message>
    <message>
      <source>backups wait until the check is over</source>
      <translation>Sicherungen warten, bis die Prüfung vorbei ist</translation>
    </message>
    <message>
      <source>changes are backed up as they happen</source>
      <translation>Änderungen werden sofort gesichert</translation>
    </message>
    <message>
      <source>last checked %1</source>
      <translation>zuletzt geprüft: %1</translation>
    </message>
    <message>
      <source>last complete backup %1</source>
      <translation>letzte vollständige Sicherung: %1</translation>
    </message>
    <message>
      <source>next %1</source>
      <translation>nächste %1</translation>
    </message>
    <message>
      <source>next at %1</source>
      <translation>nächste um %1</translation>
    </message>
    <message>
      <source>next in a moment</source>
      <translation>nächste gleich</translation>
    </message>
    <message>
      <source>not known yet</source>
      <translation>noch unbekannt</translation>
    </message>
    <message>
      <source>starting</source>
      <translation>startet</translation>
    </message>
  </context>
</TS>
