<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
  <context>
    <name>CalendarStrip</name>
    <message numerus="yes">
      <source>%n day(s) with a backup</source>
      <translation>
        <numerusform>%n day with a backup</numerusform>
        <numerusform>%n days with a backup</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>HelpPage</name>
    <message numerus="yes">
      <source>%n answer(s), also without internet</source>
      <translation>
        <numerusform>%n answer, also without internet</numerusform>
        <numerusform>%n answers, also without internet</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>SettingsPage</name>
    <message numerus="yes">
      <source>%n file(s) could not be read last time.</source>
      <translation>
        <numerusform>%n file could not be read last time.</numerusform>
        <numerusform>%n files could not be read last time.</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>SeveralBar</name>
    <message numerus="yes">
      <source>%n chosen</source>
      <translation>
        <numerusform>%n chosen</numerusform>
        <numerusform>%n chosen</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>SheetPart</name>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n more</numerusform>
        <numerusform>%n more</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>ThinOutDialog</name>
    <message numerus="yes">
      <source>%n backup(s) would go; what is left can be restored as before.</source>
      <translation>
        <numerusform>%n backup would go; what is left can be restored as before.</numerusform>
        <numerusform>%n backups would go; what is left can be restored as before.</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>VersionList</name>
    <message numerus="yes">
      <source>Show %n older</source>
      <translation>
        <numerusform>Show %n older</numerusform>
        <numerusform>Show %n older</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>_SumCard</name>
    <message numerus="yes">
      <source>in %n folder(s)</source>
      <translation>
        <numerusform>in %n folder</numerusform>
        <numerusform>in %n folders</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>cards</name>
    <message numerus="yes">
      <source>%n backup(s) ended early</source>
      <translation>
        <numerusform>%n backup ended early</numerusform>
        <numerusform>%n backups ended early</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n computer(s) share it</source>
      <translation>
        <numerusform>%n computer shares it</numerusform>
        <numerusform>%n computers share it</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) with problems</source>
      <translation>
        <numerusform>%n day with problems</numerusform>
        <numerusform>%n days with problems</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n day(s) without a backup</source>
      <translation>
        <numerusform>%n day without a backup</numerusform>
        <numerusform>%n days without a backup</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n more</numerusform>
        <numerusform>%n more</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n problem</numerusform>
        <numerusform>%n problems</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Full in about %n day(s)</source>
      <translation>
        <numerusform>Full in about %n day</numerusform>
        <numerusform>Full in about %n days</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Full in about %n month(s)</source>
      <translation>
        <numerusform>Full in about %n month</numerusform>
        <numerusform>Full in about %n months</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>check</name>
    <message numerus="yes">
      <source>%n damaged part(s) so far</source>
      <translation>
        <numerusform>%n damaged part so far</numerusform>
        <numerusform>%n damaged parts so far</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n damaged part(s), see Problems.</source>
      <translation>
        <numerusform>%n damaged part, see Problems.</numerusform>
        <numerusform>%n damaged parts, see Problems.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more</source>
      <translation>
        <numerusform>%n more</numerusform>
        <numerusform>%n more</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Checked: %n damaged part(s)</source>
      <translation>
        <numerusform>Checked: %n damaged part</numerusform>
        <numerusform>Checked: %n damaged parts</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>details</name>
    <message numerus="yes">
      <source>%n file(s) safe.</source>
      <translation>
        <numerusform>%n file safe.</numerusform>
        <numerusform>%n files safe.</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>files</name>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n problem</numerusform>
        <numerusform>%n problems</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting</source>
      <translation>
        <numerusform>%n waiting</numerusform>
        <numerusform>%n waiting</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>help</name>
    <message numerus="yes">
      <source>%1 to %n hour(s)</source>
      <translation>
        <numerusform>%1 to %n hour</numerusform>
        <numerusform>%1 to %n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%1 to %n minute(s)</source>
      <translation>
        <numerusform>%1 to %n minute</numerusform>
        <numerusform>%1 to %n minutes</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n people are before you</source>
      <translation>
        <numerusform>%n person is before you</numerusform>
        <numerusform>%n people are before you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>About %n hour(s)</source>
      <translation>
        <numerusform>About %n hour</numerusform>
        <numerusform>About %n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>About %n minute(s)</source>
      <translation>
        <numerusform>About %n minute</numerusform>
        <numerusform>About %n minutes</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>history</name>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n problem</numerusform>
        <numerusform>%n problems</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>numbers</name>
    <message numerus="yes">
      <source>%n day(s)</source>
      <translation>
        <numerusform>%n day</numerusform>
        <numerusform>%n days</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s)</source>
      <translation>
        <numerusform>%n file</numerusform>
        <numerusform>%n files</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s)</source>
      <translation>
        <numerusform>%n folder</numerusform>
        <numerusform>%n folders</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n hour(s)</source>
      <translation>
        <numerusform>%n hour</numerusform>
        <numerusform>%n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n min ago</source>
      <translation>
        <numerusform>%n min ago</numerusform>
        <numerusform>%n min ago</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s)</source>
      <translation>
        <numerusform>%n minute</numerusform>
        <numerusform>%n minutes</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n minute(s) ago</source>
      <translation>
        <numerusform>%n minute ago</numerusform>
        <numerusform>%n minutes ago</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n second(s)</source>
      <translation>
        <numerusform>%n second</numerusform>
        <numerusform>%n seconds</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n day(s)</source>
      <translation>
        <numerusform>about %n day</numerusform>
        <numerusform>about %n days</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n hour(s)</source>
      <translation>
        <numerusform>about %n hour</numerusform>
        <numerusform>about %n hours</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>about %n minute(s)</source>
      <translation>
        <numerusform>about %n minute</numerusform>
        <numerusform>about %n minutes</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>plan</name>
    <message numerus="yes">
      <source>%n file(s) wait for room</source>
      <translation>
        <numerusform>%n file wait for room</numerusform>
        <numerusform>%n files wait for room</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n waiting file(s) go on</source>
      <translation>
        <numerusform>%n waiting file go on</numerusform>
        <numerusform>%n waiting files go on</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>problems</name>
    <message numerus="yes">
      <source>%n file(s) are in use by another program</source>
      <translation>
        <numerusform>%n file is in use by another program</numerusform>
        <numerusform>%n files are in use by another program</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) changed while being read</source>
      <translation>
        <numerusform>%n file changed while being read</numerusform>
        <numerusform>%n files changed while being read</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation>
        <numerusform>%n file needs you</numerusform>
        <numerusform>%n files need you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) not safe</source>
      <translation>
        <numerusform>%n file not safe</numerusform>
        <numerusform>%n files not safe</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s) are missing, empty or cannot be read</source>
      <translation>
        <numerusform>%n folder is missing, empty or cannot be read</numerusform>
        <numerusform>%n folders are missing, empty or cannot be read</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n folder(s) need you</source>
      <translation>
        <numerusform>%n folder needs you</numerusform>
        <numerusform>%n folders need you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n more file(s) affected</source>
      <translation>
        <numerusform>%n more file affected</numerusform>
        <numerusform>%n more files affected</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n problem(s)</source>
      <translation>
        <numerusform>%n problem</numerusform>
        <numerusform>%n problems</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Over this week: %n problem(s), the last one %1</source>
      <translation>
        <numerusform>Over this week: %n problem, the last one %1</numerusform>
        <numerusform>Over this week: %n problems, the last one %1</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Plainkeep may not read %n file(s)</source>
      <translation>
        <numerusform>Plainkeep may not read %n file</numerusform>
        <numerusform>Plainkeep may not read %n files</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Show all %n file(s)</source>
      <translation>
        <numerusform>Show all %n file</numerusform>
        <numerusform>Show all %n files</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Show all %n folder(s)</source>
      <translation>
        <numerusform>Show all %n folder</numerusform>
        <numerusform>Show all %n folders</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>The drive cannot read %n file(s)</source>
      <translation>
        <numerusform>The drive cannot read %n file</numerusform>
        <numerusform>The drive cannot read %n files</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>restore</name>
    <message numerus="yes">
      <source>%n file(s) could not be restored as they were</source>
      <translation>
        <numerusform>%n file could not be restored as it was</numerusform>
        <numerusform>%n files could not be restored as they were</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) got a new name beside what was there</source>
      <translation>
        <numerusform>%n file got a new name beside what was there</numerusform>
        <numerusform>%n files got a new name beside what was there</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) restored</source>
      <translation>
        <numerusform>%n file restored</numerusform>
        <numerusform>%n files restored</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) were right already</source>
      <translation>
        <numerusform>%n file was right already</numerusform>
        <numerusform>%n files were right already</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) were there and stay as they are</source>
      <translation>
        <numerusform>%n file was there and stays as it is</numerusform>
        <numerusform>%n files were there and stay as they are</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n found</source>
      <translation>
        <numerusform>%n found</numerusform>
        <numerusform>%n found</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n restored</source>
      <translation>
        <numerusform>%n restored</numerusform>
        <numerusform>%n restored</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n thing(s), being counted</source>
      <translation>
        <numerusform>%n thing, being counted</numerusform>
        <numerusform>%n things, being counted</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n version(s)</source>
      <translation>
        <numerusform>%n version</numerusform>
        <numerusform>%n versions</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n version(s) since %1</source>
      <translation>
        <numerusform>%n version since %1</numerusform>
        <numerusform>%n versions since %1</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>looking; %n found so far</source>
      <translation>
        <numerusform>looking; %n found so far</numerusform>
        <numerusform>looking; %n found so far</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>versions of %n times</source>
      <translation>
        <numerusform>versions of %n time</numerusform>
        <numerusform>versions of %n times</numerusform>
      </translation>
    </message>
  </context>
  <context>
    <name>wording</name>
    <message numerus="yes">
      <source>%n file(s) are waiting for the next backup</source>
      <translation>
        <numerusform>%n file is waiting for the next backup</numerusform>
        <numerusform>%n files are waiting for the next backup</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) need you</source>
      <translation>
        <numerusform>%n file needs you</numerusform>
        <numerusform>%n files need you</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n file(s) wait</source>
      <translation>
        <numerusform>%n file waits</numerusform>
        <numerusform>%n files wait</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>No backup for %n day(s)</source>
      <translation>
        <numerusform>No backup for %n day</numerusform>
        <numerusform>No backup for %n days</numerusform>
      </translation>
    </message>
  </context>
</TS>
