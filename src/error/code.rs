//! The stable names of faults, and what each means for the exit code.

/// What kind of trouble a fault is; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The user's input is wrong: usage, query, knowledge file.
    Input,
    /// A stated limit was reached.
    Limit,
    /// Reading or writing failed, a lock is held, a renderer is missing.
    Io,
    /// The user stopped the work.
    Interrupted,
}

impl Class {
    /// The exit code of a command that ends with such a fault.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Input => 2,
            Self::Limit => 3,
            Self::Io => 4,
            Self::Interrupted => 130,
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $class:ident;)*) => {
        /// The stable name of a fault, grouped by the stage that finds it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of the stages.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name as users see it, such as `syntax.unexpected`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What kind of trouble it is.
            #[must_use]
            pub fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }
        }
    };
}

codes! {
    /// The text is not a query of the language.
    SyntaxUnexpected = "syntax.unexpected", Input;
    /// A literal is malformed: number out of range, unknown escape.
    SyntaxLiteral = "syntax.literal", Input;
    /// The text nests deeper than allowed.
    SyntaxDepth = "syntax.depth", Input;
    /// A clause or form that kadai does not have (yet).
    SyntaxUnsupported = "syntax.unsupported", Input;
    /// Clauses in an order that makes no sense.
    SyntaxComposition = "syntax.composition", Input;
    /// A variable that no clause before it defines.
    NameVariable = "name.variable", Input;
    /// A variable or column defined twice.
    NameDuplicate = "name.duplicate", Input;
    /// A label that neither schema nor graph has.
    NameLabel = "name.label", Input;
    /// A relationship type that neither schema nor graph has.
    NameType = "name.type", Input;
    /// A property that neither schema nor graph has.
    NameProperty = "name.property", Input;
    /// A function that does not exist, or with other arguments.
    NameFunction = "name.function", Input;
    /// A procedure that does not exist, or with other arguments or columns.
    NameProcedure = "name.procedure", Input;
    /// A parameter that was not given.
    NameParameter = "name.parameter", Input;
    /// A saved query that does not exist.
    NameQuery = "name.query", Input;
    /// A value or expression of the wrong type.
    TypeMismatch = "type.mismatch", Input;
    /// Aggregation where none is allowed, or mixed in a way that has no meaning.
    TypeAggregation = "type.aggregation", Input;
    /// Arithmetic that has no result: overflow, division by zero.
    RunArithmetic = "run.arithmetic", Input;
    /// An argument outside what a function takes.
    RunArgument = "run.argument", Input;
    /// A statement that writes where only reading is allowed.
    RunReadOnly = "run.read-only", Input;
    /// A node or relationship that the same statement has deleted.
    RunDeleted = "run.deleted", Input;
    /// A node that cannot be deleted because it still has relationships.
    RunConnected = "run.connected", Input;
    /// A null where something must be found or joined.
    RunNull = "run.null", Input;
    /// A write that the schema does not allow.
    RunSchema = "run.schema", Input;
    /// Too many rows.
    LimitRows = "limit.rows", Limit;
    /// A value or result grew too large.
    LimitMemory = "limit.memory", Limit;
    /// Too much time.
    LimitTime = "limit.time", Limit;
    /// The user stopped the work.
    Interrupted = "run.interrupted", Interrupted;
    /// A knowledge file is not TOML.
    SeedSyntax = "seed.syntax", Input;
    /// A knowledge file is not UTF-8, or holds characters that do not belong there.
    SeedEncoding = "seed.encoding", Input;
    /// A folder without knowledge files, or without a schema.
    SeedMissing = "seed.missing", Input;
    /// A schema file that does not say what it should.
    SeedSchema = "seed.schema", Input;
    /// A label the schema does not have.
    SeedLabel = "seed.label", Input;
    /// A property or relationship type the schema does not have.
    SeedKey = "seed.key", Input;
    /// A property value of the wrong type, or not among the allowed ones.
    SeedValue = "seed.value", Input;
    /// A required property that is absent.
    SeedRequired = "seed.required", Input;
    /// The same id twice.
    SeedDuplicate = "seed.duplicate", Input;
    /// A reference to an id that no node has.
    SeedReference = "seed.reference", Input;
    /// A relationship between kinds of nodes it may not join.
    SeedEnds = "seed.ends", Input;
    /// A cycle over a type that allows none.
    SeedCycle = "seed.cycle", Input;
    /// Names that look alike but are not the same.
    SeedLookalike = "seed.lookalike", Input;
    /// The command line is wrong.
    Usage = "usage", Input;
    /// A file could not be read or written.
    Io = "io", Io;
    /// A snapshot that cannot be used: damaged, of another version, or something else.
    Snapshot = "io.snapshot", Io;
    /// A program or font that is needed is not installed.
    Missing = "io.missing", Io;
}
