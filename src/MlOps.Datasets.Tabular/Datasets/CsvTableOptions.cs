namespace MlOps.Datasets;

/// <summary>The dialect of CSV files.</summary>
/// <remarks>
/// The settings are in the section <c>MlOps:Datasets:Csv</c>. A change of an option invalidates the profiles of unchanged files: they are read again for the
/// next snapshot.
/// </remarks>
public sealed class CsvTableOptions
{
    /// <summary>Gets or sets the delimiter.</summary>
    /// <value>
    /// The default, <see langword="null"/>, detects a comma, semicolon, tab or vertical bar from the first 65,536 characters of each file. The delimiter of
    /// <c>.tsv</c> files is the tab. A first line such as <c>sep=;</c>, which Excel uses, takes precedence over this option.
    /// </value>
    public char? Delimiter { get; set; }

    /// <summary>Gets or sets the decimal separator.</summary>
    /// <value><c>.</c> or <c>,</c>; the default is <c>.</c>. With a comma, <c>1.5</c> is text.</value>
    public char DecimalSeparator { get; set; } = '.';

    /// <summary>Gets or sets the texts that represent a missing value, in addition to the empty text.</summary>
    /// <value>The default is none. The comparison is exact and ignores quotation marks in the file.</value>
    public IList<string> NullTexts { get; set; } = [];

    /// <summary>Gets or sets the treatment of columns with the same name.</summary>
    /// <value>The default is <see cref="CsvDuplicateNames.Fault"/>.</value>
    public CsvDuplicateNames DuplicateNames { get; set; }
}
