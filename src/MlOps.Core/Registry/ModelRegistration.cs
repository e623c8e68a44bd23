using MlOps.Content;
using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Registry;

/// <summary>The files and properties of a new version of a model.</summary>
public sealed class ModelRegistration
{
    private IReadOnlyList<string> _files = [];

    /// <summary>Gets the format, which determines the loader.</summary>
    /// <value>Such as <c>onnx</c> or <c>mlnet</c>; any name of 1 to 250 characters.</value>
    public required string Format { get; init; }

    /// <summary>Gets the files and folders on disk. A file is stored with its name; the files of a folder are stored with their paths below the
    /// folder.</summary>
    /// <value>Not empty, unless <see cref="ModelLineage.Source"/> specifies the location of the model.</value>
    public required IReadOnlyList<string> Files
    {
        get => _files;
        init => _files = value;
    }

    /// <summary>Gets the treatment of symbolic links among <see cref="Files"/> and below its folders.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of the files and folders to ignore.</summary>
    /// <value>
    /// The default is none. A pattern is a path below the folder, in which <c>*</c> matches any characters of a segment and <c>**</c> matches any
    /// folders. Case is ignored. A pattern of one segment, such as <c>*.tmp</c> or <c>.git</c>, applies to every folder. A folder is ignored with its
    /// content.
    /// </value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets the inputs and outputs of the model.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>Gets the schema that input rows must match.</summary>
    /// <value>
    /// The schema is stored as the file <c>input-schema.json</c> of the version. The default, <see langword="null"/>, adds no file. <see cref="Files"/> may
    /// contain the file instead; without the file, rows are validated by the signature only.
    /// </value>
    public InputSchema? InputSchema { get; init; }

    /// <summary>Gets the golden examples.</summary>
    /// <value>The default is empty. At most 16 MiB of JSON with a nesting depth of at most 60.</value>
    public IReadOnlyList<GoldenExample> Examples { get; init; } = [];

    /// <summary>Gets the metrics of training and evaluation, by name.</summary>
    /// <value>The default is empty. NaN and infinite values are recorded, but do not pass a gate.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets the parameters of the training, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the tags, which can be changed later.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the description, which can be changed later.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the intended use and its limits, which can be changed later.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the origin of the version.</summary>
    public ModelLineage Lineage { get; init; } = new();

    /// <summary>Gets the measured resource usage, which can be set later.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets the actor that registers the version.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }

    /// <summary>Creates a copy with more files.</summary>
    internal ModelRegistration AddFiles(string fileOrFolder)
    {
        var copy = (ModelRegistration)MemberwiseClone();
        copy._files = [.. _files, fileOrFolder];
        return copy;
    }
}
