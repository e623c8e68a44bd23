using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;

namespace MlOps.Workflows;

/// <summary>Verifies the assemblies in the identity of a step.</summary>
public sealed class CodeAssembliesTests
{
    [Test]
    public void Referenced_local_assemblies_are_part_of_the_identity_but_packages_and_the_framework_are_not()
    {
        var code = CodeSample.Read(CodeSample.TrainTree);

        Assert.That(code.Assemblies!.Keys, Is.SupersetOf(new[] { "MlOps.Core.Tests", "MlOps.Core", "MlOps.Abstractions" }));
        Assert.That(code.Assemblies.Keys, Has.None.StartsWith("System").And.None.EqualTo("nunit.framework").And.None.EqualTo("CsCheck"));
        Assert.That(code.Assemblies["MlOps.Abstractions"], Is.EqualTo(typeof(MlOpsException).Module.ModuleVersionId.ToString()));
    }

    [Test]
    public void The_assembly_of_a_captured_value_is_part_of_the_identity() => Assert.That(
        CodeSample.Read(CodeSample.Capture(ParallelScope.Self)).Assemblies!.Keys, Has.Member("nunit.framework"));

    [Test]
    public void A_local_assembly_that_the_function_refers_to_changes_the_identity()
    {
        using var folder = new TemporaryFolder();
        var (library, steps) = Build(folder, "one");
        var one = Load(library, steps);
        var again = Load(library, steps);
        var (changed, _) = Build(folder, "two");
        var other = Load(changed, steps);

        Assert.That(CodeSample.Identify(again), Is.EqualTo(CodeSample.Identify(one)));
        Assert.That(CodeSample.Identify(other), Is.Not.EqualTo(CodeSample.Identify(one)));
        Assert.That(CodeSample.Read(one).Assemblies!.Keys, Is.SupersetOf(new[] { "Own.Library", "Own.Steps" }));
    }

    [Test]
    public void A_missing_local_assembly_is_recorded_as_not_found()
    {
        using var folder = new TemporaryFolder();
        var (_, steps) = Build(folder, "one");

        Assert.That(CodeSample.Read(Load(library: null, steps)).Assemblies!["Own.Library"], Is.EqualTo("not found"));
    }

    [Test]
    public void Two_assemblies_with_one_name_make_the_identity_uncertain()
    {
        using var folder = new TemporaryFolder();
        var (one, steps) = Build(folder, "one");
        var (two, _) = Build(folder, "two");

        var code = CodeSample.Read(CodeSample.Retry(Load(one, steps) + Load(two, steps)));

        Assert.That(code.UncertainReason, Does.Contain("two assemblies with the name 'Own.Library'"));
    }

    [Test]
    public void Packages_and_local_files_are_read_from_the_list_of_the_program()
    {
        var libraries = ProgramLibraries.Current;

        Assert.That(libraries.Packages["NUnit"], Does.Contain(" sha512-"));
        Assert.That(libraries.PackageAssemblies, Has.Member("nunit.framework"));
        Assert.That(libraries.LocalAssemblies, Is.SupersetOf(new[] { "MlOps.Core", "NUnit3.TestAdapter" }));
    }

    [Test]
    public void A_damaged_or_missing_deps_file_is_empty()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "program.deps.json");
        File.WriteAllText(file, """{ "libraries": { "A/1.0.0": { "type": "package" } }, "targets": {""");

        foreach (var libraries in new[] { ProgramLibraries.Read(file), ProgramLibraries.Read(null) })
        {
            Assert.That((libraries.Packages.Count, libraries.PackageAssemblies.Count, libraries.LocalAssemblies.Count), Is.EqualTo((0, 0, 0)));
        }
    }

    /// <summary>Builds a library, and an assembly with a step that calls it.</summary>
    private static (byte[] Library, byte[] Steps) Build(TemporaryFolder folder, string text)
    {
        var library = new PersistedAssemblyBuilder(new AssemblyName("Own.Library"), typeof(object).Assembly);
        var type = library.DefineDynamicModule("Own.Library").DefineType("Own.Text", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var get = type.DefineMethod("Get", MethodAttributes.Public | MethodAttributes.Static, typeof(string), []);
        get.GetILGenerator().Emit(OpCodes.Ldstr, text);
        get.GetILGenerator().Emit(OpCodes.Ret);
        type.CreateType();

        var steps = new PersistedAssemblyBuilder(new AssemblyName("Own.Steps"), typeof(object).Assembly);
        var owner = steps.DefineDynamicModule("Own.Steps").DefineType("Own.Trainer", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        Type[] parameters = [typeof(StepContext), typeof(CancellationToken)];
        var run = owner.DefineMethod("RunAsync", MethodAttributes.Public | MethodAttributes.Static, typeof(Task), parameters);
        var code = run.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldstr, "model");
        code.Emit(OpCodes.Call, get);
        code.Emit(OpCodes.Call, typeof(StepContext).GetMethod(nameof(StepContext.SetValue))!);
        code.Emit(OpCodes.Call, typeof(Task).GetProperty(nameof(Task.CompletedTask))!.GetMethod!);
        code.Emit(OpCodes.Ret);
        owner.CreateType();
        return (Save(library, folder), Save(steps, folder));
    }

    private static byte[] Save(PersistedAssemblyBuilder assembly, TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, $"{Guid.NewGuid()}.dll");
        assembly.Save(file);
        return File.ReadAllBytes(file);
    }

    private static Func<StepContext, CancellationToken, Task> Load(byte[]? library, byte[] steps)
    {
        var context = new AssemblyLoadContext(null);
        if (library is not null)
        {
            context.LoadFromStream(new MemoryStream(library));
        }

        return context.LoadFromStream(new MemoryStream(steps)).GetType("Own.Trainer", throwOnError: true)!
            .GetMethod("RunAsync")!.CreateDelegate<Func<StepContext, CancellationToken, Task>>();
    }
}
