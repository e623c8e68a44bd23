using System.Numerics;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>Creates a check of values of a type. A switch selects the type, so that trimming and AOT compilation are supported.</summary>
/// <param name="subject">The name of the values in messages, such as <c>property 'Age'</c>.</param>
/// <param name="type">The type of the values.</param>
/// <param name="feature">The rules.</param>
/// <param name="policy">The policy for values that the rules do not allow.</param>
/// <param name="faults">The faults found; a check that has one is not created.</param>
internal abstract class RuleCompiler<TCheck>(string subject, FeatureType type, FeatureSchema feature, InputPolicy policy, List<string> faults)
    where TCheck : class
{
    protected FeatureSchema Feature => feature;

    protected InputPolicy Policy => policy;

    protected List<string> Faults => faults;

    /// <summary>Creates the check.</summary>
    /// <returns>The check, or <see langword="null"/> if a fault was added or there is no rule to check.</returns>
    public TCheck? Compile()
    {
        if (FindMisfit() is { } misfit)
        {
            faults.Add(misfit);
            return null;
        }

        return type switch
        {
            FeatureType.Int8 => CompileNumber<sbyte>(),
            FeatureType.Int16 => CompileNumber<short>(),
            FeatureType.Int32 => CompileNumber<int>(),
            FeatureType.Int64 => CompileNumber<long>(),
            FeatureType.UInt8 => CompileNumber<byte>(),
            FeatureType.UInt16 => CompileNumber<ushort>(),
            FeatureType.UInt32 => CompileNumber<uint>(),
            FeatureType.UInt64 => CompileNumber<ulong>(),
            FeatureType.Float16 => CompileNumber<Half>(),
            FeatureType.Float32 => CompileNumber<float>(),
            FeatureType.Float64 => CompileNumber<double>(),
            FeatureType.String => CompileText(),
            FeatureType.Boolean => CompilePresence<bool>(),
            FeatureType.DateTime => CompilePresence<DateTimeOffset>(),
            FeatureType.Binary => Compile<byte[]?, PresenceRule<byte[]?>>(new(feature)),
            _ => null,
        };
    }

    protected virtual TCheck? CompileNumber<T>()
        where T : struct, INumber<T>, IMinMaxValue<T> => Compile<T, NumberRule<T>>(new(feature));

    protected virtual TCheck? CompileText() => Compile<string?, TextRule>(new(feature));

    protected virtual TCheck? CompilePresence<T>()
        where T : struct => Compile<T, PresenceRule<T>>(new(feature));

    protected abstract TCheck? Compile<T, TRule>(TRule rule)
        where TRule : struct, IValueRule<T>;

    /// <summary>Creates the policy for values that a rule does not allow.</summary>
    /// <returns><see langword="false"/> if a fault was added.</returns>
    protected bool TryCreateValuePolicy<T, TRule>(TRule rule, out ValuePolicy<T> valuePolicy)
        where TRule : struct, IValueRule<T>
    {
        valuePolicy = new ValuePolicy<T>(policy, HasImpute: false, default!);
        if (policy != InputPolicy.Impute || feature.Impute is not { } impute)
        {
            return true;
        }

        if (!rule.TryConvert(impute, out var value))
        {
            faults.Add(FormattableString.Invariant(
                $"{subject} is {type}, but \"impute\" of the feature '{feature.Name}' is {impute}. Specify a value of the type {type}."));
            return false;
        }

        valuePolicy = valuePolicy with { HasImpute = true, Impute = value };
        return true;
    }

    /// <summary>Finds a rule that is not applicable to values of the type.</summary>
    private string? FindMisfit()
    {
        var rule = FeatureSchemaValidator.IsNumber(type) ? FeatureSchemaValidator.FindTextRule(feature)
            : type == FeatureType.String ? FeatureSchemaValidator.FindNumberRule(feature)
            : FeatureSchemaValidator.FindTextRule(feature) ?? FeatureSchemaValidator.FindNumberRule(feature);
        return rule is null
            ? null
            : $"{subject} is {type}, but the feature '{feature.Name}' has \"{rule}\". Change the type, or remove \"{rule}\" from {InputSchema.FileName}.";
    }
}
