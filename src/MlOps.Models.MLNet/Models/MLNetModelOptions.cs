using System.Reflection;

namespace MlOps.Models;

/// <summary>The options of <see cref="MLNetModelLoader"/>, bound from the section <c>MlOps:MLNet</c>.</summary>
/// <remarks>The options are read once, when the loader is created. A change takes effect after a restart.</remarks>
public sealed class MLNetModelOptions
{
    internal const string SectionName = "MlOps:MLNet";

    /// <summary>Gets or sets the maximum number of entries in the zip archive of a model.</summary>
    /// <value>The default is 10,000. The minimum is 1. A pipeline has a few entries for each step.</value>
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Gets or sets the maximum total uncompressed size of the zip archive of a model, in bytes.</summary>
    /// <value>The default is 4 GiB. The minimum is 1. The size is measured during decompression, because the size in the archive is not reliable.</value>
    public long MaxUncompressedSize { get; set; } = 4L << 30;

    /// <summary>Gets the assemblies that ML.NET searches for components of models, such as custom mappings.</summary>
    /// <value>
    /// The default is empty. ML.NET always searches its own assemblies, and those that a model names and the application contains. This option can be set in
    /// code only.
    /// </value>
    public IList<Assembly> Assemblies { get; } = [];
}
