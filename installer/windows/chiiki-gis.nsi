; The installer: for one user, without administrator, in Japanese. installer/build gives VERSION, TREE, FILES and OUT.
; FILES is made from the tree: what is laid, and what the uninstaller takes away. A file that is not in it stays.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 64
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define APP "ChiikiGIS"
!define TITLE "地域GIS"
!define PROGID "ChiikiGIS.Project"
!define GONE "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP}"

Name "${TITLE} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "${GONE}" "InstallLocation"
BrandingText "${TITLE} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1041 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=1041 "FileDescription" "${TITLE} セットアップ"
VIAddVersionKey /LANG=1041 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1041 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1041 "LegalCopyright" "MIT License"

!define MUI_ICON "${SOURCE}\launcher\app.ico"
!define MUI_UNICON "${SOURCE}\launcher\app.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "${TITLE} ${VERSION} を、このユーザーのためにインストールします。$\r$\n$\r$\n管理者の権限もインターネットも要りません。$\r$\n$\r$\n前の版が入っていれば入れ替えます。計画のファイルと設定は変わりません。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\ChiikiGIS.exe"
!define MUI_FINISHPAGE_RUN_TEXT "${TITLE}を開く"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${TREE}\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Japanese"

!macro StopWhereRunning
  ; A program that runs cannot be written: Windows says so when it is opened for writing.
  ${If} ${FileExists} "$INSTDIR\ChiikiGIS.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\ChiikiGIS.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONSTOP "${TITLE}が開いているため、続けられません。$\n使っている${TITLE}を閉じてください。$\nそのあと、もう一度行ってください。" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "Install"
  !insertmacro StopWhereRunning
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    ; the version before takes its own files away; plans and settings lie elsewhere
    ExecWait '"$INSTDIR\uninstall.exe" /S /UPGRADE _?=$INSTDIR'
    Delete "$INSTDIR\uninstall.exe"
  ${EndIf}
  SetOutPath "$INSTDIR"
  !insertmacro LayFiles
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortCut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\ChiikiGIS.exe" "" "$INSTDIR\ChiikiGIS.exe" 0

  WriteRegStr HKCU "Software\Classes\${PROGID}" "" "${TITLE}の計画"
  WriteRegStr HKCU "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\ChiikiGIS.exe,0"
  WriteRegStr HKCU "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\ChiikiGIS.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\.gpkg\OpenWithProgids" "${PROGID}" ""
  ReadRegStr $0 HKCU "Software\Classes\.gpkg" ""
  ${If} $0 == ""
    ; another GIS that opens GeoPackages keeps doing so
    WriteRegStr HKCU "Software\Classes\.gpkg" "" "${PROGID}"
  ${EndIf}

  WriteRegStr HKCU "${GONE}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${GONE}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${GONE}" "DisplayIcon" "$INSTDIR\ChiikiGIS.exe"
  WriteRegStr HKCU "${GONE}" "Publisher" "chiiki-gis"
  WriteRegStr HKCU "${GONE}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${GONE}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${GONE}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${GONE}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${GONE}" "NoModify" 1
  WriteRegDWORD HKCU "${GONE}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  !insertmacro StopWhereRunning
  !insertmacro TakeFiles
  ${GetParameters} $1
  ${GetOptions} $1 "/UPGRADE" $2
  ${If} ${Errors}
    Delete "$SMPROGRAMS\${TITLE}.lnk"
    DeleteRegKey HKCU "Software\Classes\${PROGID}"
    DeleteRegValue HKCU "Software\Classes\.gpkg\OpenWithProgids" "${PROGID}"
    DeleteRegKey /ifempty HKCU "Software\Classes\.gpkg\OpenWithProgids"
    ReadRegStr $0 HKCU "Software\Classes\.gpkg" ""
    ${If} $0 == "${PROGID}"
      DeleteRegValue HKCU "Software\Classes\.gpkg" ""
    ${EndIf}
    DeleteRegKey /ifempty HKCU "Software\Classes\.gpkg"
    DeleteRegKey HKCU "${GONE}"
    Delete "$INSTDIR\uninstall.exe"
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  ${EndIf}
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
SectionEnd
