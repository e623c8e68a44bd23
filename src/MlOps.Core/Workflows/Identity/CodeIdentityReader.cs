using System.Reflection;
using MlOps.Documents;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Reads the identity of the code of steps.</summary>
internal sealed class CodeIdentityReader
{
    private readonly CodeAssemblies _assemblies = new();
    private readonly ValueHasher _hasher;

    private CodeIdentityReader() => _hasher = new ValueHasher(_assemblies, Read);

    /// <summary>Reads the identity of the code of a step. For a step with side effects, only the packages and environment variables are read.</summary>
    /// <exception cref="ArgumentException">
    /// The step has no code version and captures a value that cannot be hashed, or it names a package that the program does not reference.
    /// </exception>
    public static CodeIdentity Read(WorkflowStep step)
    {
        var packages = ReadPackages(step);
        var environment = ReadEnvironment(step);
        var uncertainReason = packages?.ContainsValue("") == true ? "the program has no .deps.json file with the versions of its packages" : null;
        if (step.CodeVersion is not null || step.HasSideEffects)
        {
            return new CodeIdentity { Version = step.CodeVersion, Packages = packages, Environment = environment, UncertainReason = uncertainReason };
        }

        var reader = new CodeIdentityReader();
        var functions = reader.ReadFunctions(step);
        return new CodeIdentity
        {
            Functions = functions,
            Assemblies = reader._assemblies.Ids,
            Packages = packages,
            Environment = environment,
            UncertainReason = uncertainReason ?? reader._assemblies.UncertainReason ?? HotReload.UncertainReason,
        };
    }

    private static SortedDictionary<string, string>? ReadPackages(WorkflowStep step)
    {
        var known = ProgramLibraries.Current.Packages;
        var names = step.Packages.Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return names.Length == 0 ? null : new(names.ToDictionary(static name => name, Find), StringComparer.OrdinalIgnoreCase);

        string Find(string name) => known.Count == 0 ? "" : known.GetValueOrDefault(name) ?? throw new ArgumentException(
            $"The step '{step.Name}' names the package '{RecordText.Shorten(name)}', which the program does not reference. "
            + $"{NearestName.Suggest(name, known.Keys)}Correct {nameof(WorkflowStep.Packages)}, or add a reference to the package.");
    }

    private static SortedDictionary<string, string?>? ReadEnvironment(WorkflowStep step) => step.EnvironmentVariables.Count == 0
        ? null
        : new(step.EnvironmentVariables.Distinct(StringComparer.Ordinal).ToDictionary(static name => name, ReadVariable), StringComparer.Ordinal);

    private static string? ReadVariable(string name) => Environment.GetEnvironmentVariable(name) is not { } value ? null
        : SecretMask.MaskSetting(name, value) == value ? $"= {value}"
        : $"sha256 {Storage.Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(value))}";

    private List<FunctionIdentity> ReadFunctions(WorkflowStep step)
    {
        try
        {
            return [.. step.Work.GetInvocationList().Select(Read)];
        }
        catch (UnhashableValueException exception)
        {
            throw new ArgumentException(
                $"The function of the step '{step.Name}' uses the captured value {exception.Message}, so the code of the step cannot be identified. "
                + $"Set {nameof(WorkflowStep.CodeVersion)} of the step, and change it when the code or the value changes. "
                + $"Alternatively, create the value inside the function, or set {nameof(WorkflowStep.HasSideEffects)} to run the step every time.",
                exception);
        }
    }

    /// <summary>Reads the identity of a function of the step, or of a function that a captured value contains.</summary>
    private FunctionIdentity Read(Delegate function)
    {
        var (method, target) = (function.Method, function.Target);
        if (method.DeclaringType is not { } type || method.Module.Assembly.IsDynamic)
        {
            _assemblies.MarkUncertain("its function, or a function that it captures, was compiled at run time");
            return new FunctionIdentity(method.Name, null, null);
        }

        _assemblies.Add(type);
        foreach (var argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
        {
            _assemblies.Add(argument);
        }

        if (target is not null)
        {
            _assemblies.Add(target.GetType());
        }

        if (_assemblies.UncertainReason is not null)
        {
            return new FunctionIdentity(method.Name, null, null); // the step runs in any case, and native AOT has no metadata tokens
        }

        if (target is null)
        {
            return new FunctionIdentity(TypeText.Of(method), null, null);
        }

        var captured = method.IsStatic ? DescribeFirstArgument(method, target) : _hasher.DescribeFields(function);
        return new FunctionIdentity(TypeText.Of(method), TypeText.Of(target.GetType()), captured.Count == 0 ? null : captured);
    }

    /// <summary>Describes the first argument of an extension method, which its delegate captures.</summary>
    private SortedDictionary<string, string> DescribeFirstArgument(MethodInfo method, object value)
    {
        var name = method.GetParameters()[0].Name ?? "this";
        return new SortedDictionary<string, string>(StringComparer.Ordinal) { [name] = _hasher.Describe(name, value) };
    }
}
