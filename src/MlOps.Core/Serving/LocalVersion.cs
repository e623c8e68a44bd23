using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>A model version with verified files on the local disk.</summary>
/// <remarks>
/// <para>Immutable and thread-safe.</para>
/// <para>
/// A swap replaces the version and its files together: a prediction and its processor always use the files of the same version. The folder is kept until
/// the version is unloaded and two later versions have been served.
/// </para>
/// </remarks>
public sealed class LocalVersion
{
    /// <summary>Gets the metadata of the version: signature, metrics, parameters, tags and lineage.</summary>
    public required ModelVersion Metadata { get; init; }

    /// <summary>Gets the full path of the folder with the files of the version. It contains no other files.</summary>
    /// <value>The files were verified against their SHA-256 digests before the version was loaded. Do not change them.</value>
    public required string Folder { get; init; }

    /// <summary>Gets the name of the model in the registry.</summary>
    public string Model => Metadata.Model;

    /// <summary>Gets the version number.</summary>
    public int Number => Metadata.Number;

    /// <summary>Gets the golden examples of the version.</summary>
    internal IReadOnlyList<GoldenExample> Examples { get; init; } = [];

    /// <summary>Gets the full path of a file of the version, such as a vocabulary or a list of labels.</summary>
    /// <param name="file">The relative path with <c>/</c> as separator, such as <c>labels.txt</c>.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="FileNotFoundException">The version does not contain the file. The message lists its files.</exception>
    public string GetPath(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        string[] files =
        [
            .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];
        return files.Contains(file, StringComparer.Ordinal)
            ? Path.Combine([Folder, .. file.Split('/')])
            : throw new FileNotFoundException(
                $"{this} has no file '{file}'. {NearestName.Suggest(file, files)}The files are {string.Join(", ", files.Select(static name => $"'{name}'"))}. "
                + "Register the file with the version, or correct the name.",
                file);
    }

    /// <summary>Returns a description of the version.</summary>
    /// <returns>A description such as <c>Version 3 of the model 'churn'</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"Version {Number} of the model '{Model}'");
}
