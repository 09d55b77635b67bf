extension TOMLTable {
  /// Opens the table that a header names.
  mutating func open(_ path: ArraySlice<String>, isArray: Bool, line: Int) throws(TOMLFault) {
    guard let name = path.first else { return }
    guard path.count == 1 else {
      return try descend(name, line: line, making: .implied) { (table: inout TOMLTable) throws(TOMLFault) in
        try table.open(path.dropFirst(), isArray: isArray, line: line)
      }
    }
    guard let index = entries.firstIndex(where: { $0.key == name }) else {
      let table = TOMLTable(making: .header, line: line)
      return try append(Entry(key: name, line: line, value: isArray ? .tables([table]) : .table(table)))
    }
    switch (entries[index].value, isArray) {
    case (.tables(let tables), true):
      guard tables.count < TOMLReader.keyLimit else { throw TOMLFault(line: line, defect: .tooManyKeys) }
      entries[index].value = .tables(tables + [TOMLTable(making: .header, line: line)])
    case (.table(var table), false) where table.making == .implied:
      table.making = .header
      table.line = line
      entries[index].value = .table(table)
    default: throw TOMLFault(line: line, defect: .duplicateKey(String(name.prefix(80))))
    }
  }

  /// Sets the value of a key, which may be dotted.
  mutating func set(_ path: ArraySlice<String>, _ value: TOMLValue, line: Int) throws(TOMLFault) {
    guard let name = path.first else { return }
    guard path.count == 1 else {
      return try descend(name, line: line, making: .dotted) { (table: inout TOMLTable) throws(TOMLFault) in
        try table.set(path.dropFirst(), value, line: line)
      }
    }
    guard self[name] == nil else { throw TOMLFault(line: line, defect: .duplicateKey(String(name.prefix(80)))) }
    try append(Entry(key: name, line: line, value: value))
  }

  /// Works on the table at a path that a header opened.
  mutating func at(
    _ path: ArraySlice<String>, line: Int, _ work: (inout TOMLTable) throws(TOMLFault) -> Void
  ) throws(TOMLFault) {
    guard let name = path.first else { return try work(&self) }
    try descend(name, line: line, making: .implied) { (table: inout TOMLTable) throws(TOMLFault) in
      try table.at(path.dropFirst(), line: line, work)
    }
  }

  /// Works on the table of this name: of several the last.
  private mutating func descend(
    _ name: String, line: Int, making: Making, _ work: (inout TOMLTable) throws(TOMLFault) -> Void
  ) throws(TOMLFault) {
    guard let index = entries.firstIndex(where: { $0.key == name }) else {
      var table = TOMLTable(making: making)
      try work(&table)
      return try append(Entry(key: name, line: line, value: .table(table)))
    }
    // Taken out meanwhile, so that it is not copied.
    let found = entries[index].value
    entries[index].value = .boolean(false)
    switch found {
    case .table(var table) where table.making != .inline && (making != .dotted || table.making == .dotted):
      try work(&table)
      entries[index].value = .table(table)
    case .tables(var tables) where making == .implied:
      guard var last = tables.popLast() else { return }
      try work(&last)
      tables.append(last)
      entries[index].value = .tables(tables)
    default: throw TOMLFault(line: line, defect: .notATable(String(name.prefix(80))))
    }
  }

  private mutating func append(_ entry: Entry) throws(TOMLFault) {
    guard entries.count < TOMLReader.keyLimit else {
      throw TOMLFault(line: entry.line, defect: .tooManyKeys)
    }
    entries.append(entry)
  }
}
