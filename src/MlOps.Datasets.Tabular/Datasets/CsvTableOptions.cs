namespace MlOps.Datasets;

/// <summary>The dialect of CSV files, where it cannot be found from the files.</summary>
/// <remarks>Settings are read from <c>MlOps:Datasets:Csv</c>. A profile is made again when an option that its file was read with changes.</remarks>
public sealed class CsvTableOptions
{
    /// <summary>Gets or sets the character between fields.</summary>
    /// <value>
    /// The default, <see langword="null"/>, finds it in the first 65,536 characters of each file, among comma, semicolon, tab and vertical bar; of
    /// <c>.tsv</c> files it is the tab.
    /// A first line such as <c>sep=;</c>, which Excel reads, wins over this option.
    /// </value>
    public char? Delimiter { get; set; }

    /// <summary>Gets or sets the character between the digits before and after the decimal point.</summary>
    /// <value><c>.</c> or <c>,</c>; the default is <c>.</c>. With a comma, <c>1.5</c> is a text.</value>
    public char DecimalSeparator { get; set; } = '.';

    /// <summary>Gets or sets the texts that are no value, besides the empty one.</summary>
    /// <value>The default is none. Texts are compared exactly, whether they are quoted in the file or not.</value>
    public IList<string> NullTexts { get; set; } = [];

    /// <summary>Gets or sets the treatment of columns with the same name.</summary>
    /// <value>The default is <see cref="CsvDuplicateNames.Fault"/>.</value>
    public CsvDuplicateNames DuplicateNames { get; set; }
}
