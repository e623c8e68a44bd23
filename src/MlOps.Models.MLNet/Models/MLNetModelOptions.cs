using System.Reflection;

namespace MlOps.Models;

/// <summary>The settings of <see cref="MLNetModelLoader"/>, section <c>MlOps:MLNet</c>.</summary>
/// <remarks>Read once, when the loader is made; a change takes effect after a restart.</remarks>
public sealed class MLNetModelOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "MlOps:MLNet";

    /// <summary>Gets or sets how many entries a model's zip may have.</summary>
    /// <value>The default is 10,000; 1 or more. A pipeline has a handful for each of its steps.</value>
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>Gets or sets how large the entries of a model's zip may be together once inflated, in bytes.</summary>
    /// <value>The default is 4 GiB; 1 or more. It is counted while inflating; what the zip says of itself is not trusted.</value>
    public long MaxUncompressedSize { get; set; } = 4L << 30;

    /// <summary>Gets the assemblies in which ML.NET finds what models name, such as custom mappings.</summary>
    /// <value>The default is empty: ML.NET's own, and those that a model names and the application has. Set in code only.</value>
    public IList<Assembly> Assemblies { get; } = [];
}
