using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace MlOps.Workflows;

/// <summary>Collects the module version ids of the assemblies with the code of a step, and of the local assemblies that they reference.</summary>
/// <remarks>
/// An assembly is local if it belongs neither to the framework nor to a NuGet package. The module version id changes with the code of the assembly.
/// Assemblies of the framework are excluded. An assembly of a package is included if it contains a function of the step or the type of a captured value.
/// </remarks>
internal sealed class CodeAssemblies
{
    private readonly SortedDictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<Assembly> _seen = [];

    /// <summary>Gets the ids by the name of the assembly.</summary>
    public SortedDictionary<string, string> Ids => _ids;

    /// <summary>Gets the reason why the ids do not identify the code with certainty; <see langword="null"/> if they do.</summary>
    public string? UncertainReason { get; private set; }

    /// <summary>Determines whether an assembly belongs to the framework.</summary>
    public static bool IsFramework(Assembly assembly) => assembly == typeof(object).Assembly || IsFramework(assembly.GetName());

    /// <summary>Determines whether an assembly belongs neither to the framework nor to a NuGet package.</summary>
    public static bool IsLocal(Assembly assembly) => IsLocal(assembly.GetName()) && assembly != typeof(object).Assembly;

    /// <summary>Adds an assembly and, if it is local, the local assemblies that it references.</summary>
    public void Add(Assembly assembly)
    {
        if (!_seen.Add(assembly) || IsFramework(assembly))
        {
            return;
        }

        if (assembly.IsDynamic)
        {
            UncertainReason ??= "part of its code was generated at run time";
            return;
        }

        AddId(assembly);
        if (UncertainReason is null && IsLocal(assembly))
        {
            var context = AssemblyLoadContext.GetLoadContext(assembly) ?? AssemblyLoadContext.Default;
            foreach (var reference in ReferencesOf(assembly).Where(IsLocal))
            {
                AddReferenced(reference, context);
            }
        }
    }

    /// <summary>Adds the assemblies of a type and of its generic arguments.</summary>
    public void Add(Type type)
    {
        if (type.HasElementType)
        {
            Add(type.GetElementType()!);
            return;
        }

        Add(type.Assembly);
        foreach (var argument in type.GenericTypeArguments)
        {
            Add(argument);
        }
    }

    /// <summary>Records that the code cannot be identified with certainty.</summary>
    public void MarkUncertain(string reason) => UncertainReason ??= reason;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A reference that was trimmed is not used by the program.")]
    private static AssemblyName[] ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies();

    private void AddReferenced(AssemblyName reference, AssemblyLoadContext context)
    {
        try
        {
            Add(context.LoadFromAssemblyName(reference));
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            _ids.TryAdd(reference.Name!, "not found"); // a missing assembly cannot run, and the identity changes when it is added
        }
    }

    private void AddId(Assembly assembly)
    {
        try
        {
            var (name, id) = (assembly.GetName().Name!, assembly.ManifestModule.ModuleVersionId.ToString());
            if (!_ids.TryAdd(name, id) && _ids[name] != id)
            {
                UncertainReason ??= $"it uses two assemblies with the name '{name}'";
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException)
        {
            UncertainReason ??= "the program is compiled ahead of time, and its assemblies have no module version ids";
        }
    }

    private static bool IsLocal(AssemblyName name) =>
        ProgramLibraries.Current.LocalAssemblies.Contains(name.Name!)
        || (!ProgramLibraries.Current.PackageAssemblies.Contains(name.Name!) && !IsFramework(name));

    /// <summary>Determines whether an assembly has a public key token of the .NET libraries and is not part of a package.</summary>
    private static bool IsFramework(AssemblyName name) =>
        !ProgramLibraries.Current.PackageAssemblies.Contains(name.Name!)
        && !ProgramLibraries.Current.LocalAssemblies.Contains(name.Name!)
        && Convert.ToHexStringLower(name.GetPublicKeyToken() ?? []) is
            "7cec85d7bea7798e" or "b03f5f7f11d50a3a" or "b77a5c561934e089" or "cc7b13ffcd2ddd51" or "adb9793829ddae60" or "31bf3856ad364e35";
}
